-- The stage dictionary. It has no history of its own: what was seen first is declared to have held before.
create or replace temp table next_stage_version as
with listed as (
  select record_key, coalesce(pipeline, '') as pipeline, label, "order" as stage_order, probability, category, coalesce(active, true) as active, 'snapshot' as evidence, observed_at as "at", load_no,
    coalesce(lower(class), case when is_won then 'won' when is_closed then 'lost' when is_closed is not null then 'open' end, 'open') as class
  from fact_stage
),
told as (
  select * exclude record_key from listed
  union all
  -- A stage that the dictionary no longer has still explains old records.
  select l.* exclude record_key replace (false as active, a.observed_at as "at", a.load_no as load_no)
  from fact_absence a join listed l on l.record_key = a.record_key and l."at" < a.observed_at where a.object = 'stage'
  qualify row_number() over (partition by a.record_key, a.observed_at order by l."at" desc, l.load_no desc) = 1
),
-- A label that no dictionary names is classed by the flags of the records that carry it; never lost for lack of a mapping.
orphan as (
  select '' as pipeline, stage as label, null::integer as stage_order, null::decimal(7,6) as probability, null as category, true as active, 'inferred' as evidence,
    min(observed_at) as "at", min(load_no) as load_no,
    case when bool_or(is_won) then 'won' when bool_or(is_closed) then 'lost' else 'open' end as class
  from fact_opportunity where stage is not null and stage not in (select label from fact_stage) group by stage
),
both_kinds as (select * from told union all by name select * from orphan),
new_only as (
  select *, hash(stage_order, probability, category, active, class) as row_hash from both_kinds
  qualify row_hash is distinct from lag(row_hash) over (partition by pipeline, label order by "at", load_no)
)
select pipeline, label, stage_order, class, probability, category, active, evidence,
  case when row_number() over w = 1 then '-infinity'::timestamp else "at" end as valid_from,
  lead("at", 1, 'infinity'::timestamp) over w as valid_to
from new_only window w as (partition by pipeline, label order by "at", load_no)
qualify valid_to > valid_from;

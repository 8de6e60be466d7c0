-- One row per stretch of time in which nothing about an opportunity, its owner's team or its account's fields changed.
create or replace temp table moment as
select opportunity_id, date_trunc('second', "at") as "at", arg_max(evidence, rank) as evidence, arg_max(columns('^a_.*'), rank * 1000000000000 + coalesce(seq, 0))
from change group by opportunity_id, date_trunc('second', "at");

create or replace temp table state as
select opportunity_id, "at" as valid_from, lead("at", 1, 'infinity'::timestamp) over w as valid_to, evidence,
  last_value(columns('^a_(.*)') ignore nulls) over (partition by opportunity_id order by "at" rows unbounded preceding) as '\1'
from moment window w as (partition by opportunity_id order by "at");

create or replace temp table typed_state as
select s.opportunity_id, valid_from, valid_to, evidence,
  coalesce(n.to_label, given(s.stage)) as stage, given(s.stage) as stage_raw, given(amount)::decimal(18,2) as amount, coalesce(given(currency), getvariable('currency')) as currency,
  given(close_on)::date as close_on, given(probability)::decimal(7,6) as probability, given(category) as category, given(salesman_id) as salesman_id, given(account_id) as account_id,
  given(next_step) as next_step, given(lead_source) as lead_source, given(type) as type, given(s.pipeline) as pipeline, given(name) as name, given(industry) as industry, given(region) as region,
  given(segment) as segment, coalesce(is_deleted = 'true', false) as is_deleted, given(merged_into) as merged_into, given(loss_reason) as loss_reason,
  concat_ws(',', if(s.stage is null, 'stage', null), if(amount is null, 'amount', null), if(close_on is null, 'closeDate', null), if(salesman_id is null, 'salesman', null),
    if(account_id is null, 'account', null), if(next_step is null, 'nextStep', null), if(lead_source is null, 'leadSource', null), if(type is null, 'type', null), if(category is null, 'category', null)) as unknown
from state s
left join stage_rename n on n.from_label = given(s.stage) and s.valid_from < n.effective_from and n.pipeline is not distinct from
  case when exists (from stage_rename o where o.from_label = given(s.stage) and o.pipeline = given(s.pipeline)) then given(s.pipeline) end;

-- A close date that the source set by itself: the last day of the month of creation, and as long as only ends of
-- months follow (a board on which one drags from month to month). Nobody chose such a day.
create or replace temp table dated_state as
select *, case when close_on is not null then case when bool_and(close_on = last_day(close_on)) over so_far and first_value(close_on) over so_far = last_day(local_day(first_value(valid_from) over so_far))
  then 'default' else 'typed' end end as date_quality
from typed_state window so_far as (partition by opportunity_id order by valid_from rows unbounded preceding);

-- Which dictionary entry explains a label: that of its own pipeline, else one without pipeline, else any.
create or replace temp table stage_key as
with label as (select distinct coalesce(pipeline, '') as pipeline, stage from typed_state where stage is not null),
entry as (select distinct pipeline, label from next_stage_version)
select l.pipeline, l.stage, arg_min(e.pipeline, case when e.pipeline = l.pipeline then 0 when e.pipeline = '' then 1 else 2 end) as entry_pipeline
from label l join entry e on e.label = l.stage group by all;

create or replace temp table next_opportunity_version as
with owned as (
  select s.* exclude (valid_from, valid_to), u.name as salesman, u.team_id, u.team, u.director, u.manager_path,
    greatest(s.valid_from, coalesce(u.valid_from, s.valid_from)) as valid_from, least(s.valid_to, coalesce(u.valid_to, s.valid_to)) as valid_to
  from dated_state s left join next_user_version u on u.user_id = s.salesman_id and u.valid_from < s.valid_to and u.valid_to > s.valid_from
),
placed as (
  select o.* exclude (valid_from, valid_to, industry, region, segment), a.name as account, coalesce(o.industry, a.industry) as industry, coalesce(o.region, a.region) as region,
    coalesce(o.segment, a.segment) as segment,
    greatest(o.valid_from, coalesce(a.valid_from, o.valid_from)) as valid_from, least(o.valid_to, coalesce(a.valid_to, o.valid_to)) as valid_to
  from owned o left join next_account_version a on a.account_id = o.account_id and a.valid_from < o.valid_to and a.valid_to > o.valid_from
),
staged as (
  select p.* exclude (valid_from, valid_to), d.stage_order, coalesce(d.class, 'open') as outcome, d.label is null and p.stage is not null as stage_unlisted,
    greatest(p.valid_from, coalesce(d.valid_from, p.valid_from)) as valid_from, least(p.valid_to, coalesce(d.valid_to, p.valid_to)) as valid_to
  from placed p
  left join stage_key k on k.pipeline = coalesce(p.pipeline, '') and k.stage = p.stage
  left join next_stage_version d on d.pipeline = k.entry_pipeline and d.label = k.stage and d.valid_from < p.valid_to and d.valid_to > p.valid_from
),
whole as (
  select opportunity_id, valid_from, valid_to, evidence, name, pipeline, stage, stage_raw, stage_order, outcome, amount, currency, close_on,
    probability, category, next_step, lead_source, type, salesman_id, coalesce(salesman, salesman_id) as salesman, team_id, team, director, coalesce(manager_path, '/' || salesman_id || '/') as manager_path,
    account_id, coalesce(account, account_id) as account, industry, region, segment, is_deleted, merged_into, loss_reason, date_quality, unknown
  from staged where valid_from < valid_to
),
hashed as (
  select *, hash(name, pipeline, stage, stage_raw, stage_order, outcome, amount, currency, close_on, probability, category, next_step, lead_source, type, salesman_id, salesman, team_id, team,
    director, manager_path, account_id, account, industry, region, segment, is_deleted, merged_into, loss_reason, unknown) as row_hash
  from whole
),
new_only as (
  select * from hashed
  qualify row_hash is distinct from lag(row_hash) over (partition by opportunity_id order by valid_from)
)
select * exclude (valid_to, row_hash), lead(valid_from, 1, 'infinity'::timestamp) over (partition by opportunity_id order by valid_from) as valid_to
from new_only;

-- Everything that says how an opportunity was at some instant. A column a_* is null where the row says nothing about
-- that attribute, chr(1) where it says "none". `rank` decides between rows of the same second:
-- field history > stage history > difference between loads > dates on the record; within one of them `seq`, the order
-- of ids where there are any, so that the order of lines in a file decides nothing.
create or replace temp macro says(mapped, attribute, value) as
  case when contains(mapped, ',' || attribute || ',') then coalesce(value::varchar, chr(1)) end;
create or replace temp macro held(mapped, attribute, value) as
  case when contains(mapped, '^' || attribute || ',') or contains(mapped, '^*,') then coalesce(value::varchar, chr(1)) end;

create or replace temp table record as
select record_key as opportunity_id, f.*, row_number() over (partition by record_key order by observed_at, load_no) as nth,
  coalesce(is_closed, s.class in ('won', 'lost', 'withdrawn'), false) as closed_class
from fact_opportunity f semi join touched t on t.opportunity_id = f.record_key
left join (select label, any_value(class) as class from next_stage_version where valid_to = 'infinity' group by label having count(distinct class) = 1) s on s.label = f.stage;

create or replace temp table stage_history as
select h.*, row_number() over (partition by opportunity order by length(h.id), h.id, h.load_no, h.file, h.line) as seq from (
  from fact_opportunity_stage_history semi join touched t on t.opportunity_id = fact_opportunity_stage_history.opportunity
  qualify row_number() over (partition by record_key order by observed_at desc, load_no desc) = 1
) h
left join (select opportunity_id, arg_max(coalesce(deleted, false), (observed_at, load_no)) as is_deleted from record group by all) r on r.opportunity_id = h.opportunity
-- History rows are marked deleted with their opportunity; only a row deleted on its own is taken back.
where not coalesce(h.deleted, false) or coalesce(r.is_deleted, true);

create or replace temp table person_name as
select name, any_value(record_key) as user_id from (select distinct record_key, name from fact_user) group by name having count(distinct record_key) = 1;

create or replace temp table field_history as
with latest as (
  from fact_opportunity_field_history semi join touched t on t.opportunity_id = fact_opportunity_field_history.opportunity
  qualify row_number() over (partition by record_key order by observed_at desc, load_no desc) = 1
),
meant as (select l.*, m.attribute from latest l join field_map m on m.source_name = l.source_name and m.field = l.field),
typed as (
  select opportunity, "at", attribute, load_no, row_number() over (partition by opportunity order by length(id), id, load_no, file, line) as seq,
    field_value(attribute, old_value) as old_value, field_value(attribute, new_value) as new_value,
    attribute = 'salesman' and coalesce(new_value, old_value) in (select name from person_name) as by_name
  from meant
)
-- A lookup's change comes as two rows, one with the id and one with the name: the id is kept.
select * from typed qualify not (by_name and bool_or(not by_name) over (partition by opportunity, "at", attribute));

-- History that came in a later load overrules what an older extract said of its attributes, but for the newest record.
create or replace temp table told_later as
select opportunity, "at", load_no, unnest(string_split(trim(mapped, ','), ',')) as attribute from stage_history where load_no > (select min(load_no) from record)
union all
select opportunity, "at", load_no, attribute from field_history where load_no > (select min(load_no) from record);

create or replace temp table overruled as
select r.opportunity_id, r.nth, list(distinct t.attribute) as attributes
from (select opportunity_id, nth, observed_at, load_no from record qualify nth < max(nth) over (partition by opportunity_id)) r
join told_later t on t.opportunity = r.opportunity_id and t.load_no > r.load_no and t."at" <= r.observed_at
group by all;

update record set mapped = ',' || array_to_string(list_filter(string_split(trim(record.mapped, ','), ','), lambda name: not list_contains(o.attributes, name)), ',') || ','
from overruled o where o.opportunity_id = record.opportunity_id and o.nth = record.nth;

create or replace temp table tracked_since as
select source_name, attribute, min(since) as since from (
  select h.source_name, m.attribute, min(h."at") as since from fact_opportunity_field_history h
  join field_map m on m.source_name = h.source_name and m.field = h.field group by all
  union all select source_name, attribute, since from declared_tracking
) group by all;

create or replace temp table change as
-- Born: existence, and what the user declares to have held since.
select opportunity_id, least(coalesce(created_at, held_from, observed_at), observed_at, h.first_at) as "at", 0 as rank, line as seq, 'declared' as evidence,
  held(mapped, 'stage', stage) as a_stage, held(mapped, 'amount', amount) as a_amount, held(mapped, 'currency', currency) as a_currency,
  held(mapped, 'closeDate', close_date) as a_close_on, held(mapped, 'probability', probability) as a_probability, held(mapped, 'category', category) as a_category,
  held(mapped, 'salesman', salesman) as a_salesman_id, held(mapped, 'account', account) as a_account_id, held(mapped, 'nextStep', next_step) as a_next_step,
  held(mapped, 'leadSource', lead_source) as a_lead_source, held(mapped, 'type', type) as a_type, held(mapped, 'pipeline', pipeline) as a_pipeline,
  held(mapped, 'name', name) as a_name, held(mapped, 'industry', industry) as a_industry, held(mapped, 'region', region) as a_region, held(mapped, 'segment', segment) as a_segment,
  'false' as a_is_deleted, null::varchar as a_merged_into, null::varchar as a_loss_reason
from record left join (select opportunity, min("at") as first_at from stage_history group by 1) h on h.opportunity = record.opportunity_id where nth = 1
union all
-- A closed record without any stage history: its dates tell when it closed.
select opportunity_id, greatest(coalesce(created_at, '-infinity'::timestamp), least(coalesce(closed_at, local_midnight(close_date), observed_at), observed_at)), 1, line, 'inferred',
  says(mapped, 'stage', stage), says(mapped, 'amount', amount), says(mapped, 'currency', currency), says(mapped, 'closeDate', close_date), says(mapped, 'probability', probability),
  says(mapped, 'category', category), says(mapped, 'salesman', salesman), says(mapped, 'account', account), says(mapped, 'nextStep', next_step), says(mapped, 'leadSource', lead_source),
  says(mapped, 'type', type), says(mapped, 'pipeline', pipeline), says(mapped, 'name', name), says(mapped, 'industry', industry), says(mapped, 'region', region), says(mapped, 'segment', segment),
  null, null, says(mapped, 'lossReason', loss_reason)
from (from record where closed_class and opportunity_id not in (select opportunity from stage_history) qualify row_number() over (partition by opportunity_id order by nth) = 1)
union all
-- The record as seen; of an extract that was exported again for the same day, the one loaded last.
select opportunity_id, case when nth = 1 then coalesce(held_from, observed_at) else observed_at end, 2, nth, 'snapshot',
  says(mapped, 'stage', stage), says(mapped, 'amount', amount), says(mapped, 'currency', currency), says(mapped, 'closeDate', close_date), says(mapped, 'probability', probability),
  says(mapped, 'category', category), says(mapped, 'salesman', salesman), says(mapped, 'account', account), says(mapped, 'nextStep', next_step), says(mapped, 'leadSource', lead_source),
  says(mapped, 'type', type), says(mapped, 'pipeline', pipeline), says(mapped, 'name', name), says(mapped, 'industry', industry), says(mapped, 'region', region), says(mapped, 'segment', segment),
  coalesce(deleted, false)::varchar, says(mapped, 'mergedInto', merged_into), says(mapped, 'lossReason', loss_reason)
from record
union all by name
select opportunity as opportunity_id, "at", 3 as rank, seq, 'tracked' as evidence, says(mapped, 'stage', stage) as a_stage, says(mapped, 'amount', amount) as a_amount,
  says(mapped, 'closeDate', close_date) as a_close_on, says(mapped, 'probability', probability) as a_probability, says(mapped, 'category', category) as a_category
from stage_history where opportunity in (select opportunity_id from record)
union all by name
select opportunity as opportunity_id, "at", 4 as rank, seq, 'tracked' as evidence, if(attribute = 'stage', new_value, null) as a_stage, if(attribute = 'amount', new_value, null) as a_amount,
  if(attribute = 'closeDate', new_value, null) as a_close_on, if(attribute = 'probability', new_value, null) as a_probability, if(attribute = 'category', new_value, null) as a_category,
  if(attribute = 'salesman', new_value, null) as a_salesman_id, if(attribute = 'account', new_value, null) as a_account_id, if(attribute = 'nextStep', new_value, null) as a_next_step,
  if(attribute = 'leadSource', new_value, null) as a_lead_source, if(attribute = 'type', new_value, null) as a_type, if(attribute = 'pipeline', new_value, null) as a_pipeline
from field_history where opportunity in (select opportunity_id from record)
union all by name
-- Before the first tracked change, its old value held; a tracked field without a change held as first seen.
select r.opportunity_id, greatest(coalesce(r.created_at, k.since), k.since) as "at", 2 as rank, 0 as seq, 'tracked' as evidence,
  if(k.attribute = 'salesman', coalesce(f.old_value, r.salesman, chr(1)), null) as a_salesman_id, if(k.attribute = 'account', coalesce(f.old_value, r.account, chr(1)), null) as a_account_id,
  if(k.attribute = 'nextStep', coalesce(f.old_value, r.next_step, chr(1)), null) as a_next_step, if(k.attribute = 'leadSource', coalesce(f.old_value, r.lead_source, chr(1)), null) as a_lead_source,
  if(k.attribute = 'type', coalesce(f.old_value, r.type, chr(1)), null) as a_type, if(k.attribute = 'category', coalesce(f.old_value, r.category, chr(1)), null) as a_category,
  if(k.attribute = 'pipeline', coalesce(f.old_value, r.pipeline, chr(1)), null) as a_pipeline
from record r join tracked_since k on k.source_name = r.source_name
left join (select opportunity, attribute, arg_min(coalesce(old_value, chr(1)), ("at", seq)) as old_value from field_history group by all) f on f.opportunity = r.opportunity_id and f.attribute = k.attribute
where r.nth = 1 and k.attribute in ('salesman', 'account', 'nextStep', 'leadSource', 'type', 'category', 'pipeline') and greatest(coalesce(r.created_at, k.since), k.since) < r.observed_at
union all by name
-- What went into another record was not deleted.
select a.record_key as opportunity_id, a.observed_at as "at", 2 as rank, 0 as seq, 'snapshot' as evidence, if(a.merged_into is null, 'true', null) as a_is_deleted, a.merged_into as a_merged_into
from fact_absence a semi join touched t on t.opportunity_id = a.record_key where a.object = 'opportunity';

-- Product lines: each product's share of an opportunity as a stretch [share_from, share_to) of 0..1, so that money
-- allocated by cumulative rounding always adds up to the amount.
create or replace temp table next_line_version as
with told as (
  select f.record_key as line_id, opportunity as opportunity_id, coalesce(p.label, f.product) as product, p.family, amount, coalesce(deleted, false) as is_deleted,
    case when row_number() over w = 1 then least(coalesce(created_at, held_from, observed_at), observed_at) else observed_at end as "at", load_no
  from fact_line f left join product_label p on p.product_id = f.product
  window w as (partition by f.record_key order by observed_at, load_no)
  union all
  select a.record_key, f.opportunity_id, null, null, null, true, a.observed_at, a.load_no
  from fact_absence a join (select record_key, any_value(opportunity) as opportunity_id from fact_line group by all) f using (record_key) where a.object = 'line'
  union all
  select 'opportunity ' || record_key, record_key, coalesce(p.label, o.product), p.family, 1, o.product is null,
    case when row_number() over (partition by record_key order by observed_at, load_no) = 1 then least(coalesce(o.created_at, o.held_from, o.observed_at), o.observed_at) else o.observed_at end, o.load_no
  from fact_opportunity o left join product_label p on p.product_id = o.product where contains(mapped, ',product,')
),
stretch as (
  select *, "at" as valid_from, lead("at", 1, 'infinity'::timestamp) over (partition by line_id order by "at", load_no) as valid_to from told
),
boundary as (select distinct opportunity_id, valid_from as "at" from stretch),
living as (
  select b.opportunity_id, b."at", s.product, any_value(s.family) as family, sum(s.amount) as amount
  from boundary b join stretch s on s.opportunity_id = b.opportunity_id and s.valid_from <= b."at" and b."at" < s.valid_to
  where not s.is_deleted and s.amount > 0 group by all
),
summed as (
  select *, sum(amount) over (partition by opportunity_id, "at" order by product) as upto, sum(amount) over (partition by opportunity_id, "at") as whole from living
),
held as (
  select opportunity_id, "at" as valid_from, lead("at", 1, 'infinity'::timestamp) over (partition by opportunity_id order by "at") as valid_to from boundary
)
select s.opportunity_id, s.product, s.family, ((upto - amount) / whole)::decimal(18,12) as share_from,
  case when upto = whole then 1 else (upto / whole)::decimal(18,12) end::decimal(18,12) as share_to, h.valid_from, h.valid_to
from summed s join held h on h.opportunity_id = s.opportunity_id and h.valid_from = s."at";

create or replace temp table next_quota_version as
with told as (
  select salesman as salesman_id, team as team_id, start as starts_on, coalesce(months, 1) as months, amount, coalesce(currency, getvariable('currency')) as currency, record_key, load_no,
    case when row_number() over (partition by record_key order by observed_at, load_no) = 1 then least(coalesce(created_at, held_from, observed_at), observed_at) else observed_at end as "at"
  from fact_quota
)
select salesman_id, team_id, starts_on, months, amount, currency, "at" as valid_from,
  lead("at", 1, 'infinity'::timestamp) over (partition by record_key order by "at", load_no) as valid_to
from told qualify valid_to > valid_from;

-- A rate says how many units one unit of the company's currency buys; the factor turns an amount into that currency.
create or replace temp table next_rate_version as
with told as (
  select coalesce(kind, 'dated') as kind, currency, starts_on, rate, observed_at, load_no from fact_rate
  qualify row_number() over (partition by record_key order by observed_at desc, load_no desc) = 1
)
select kind, currency, starts_on, (1 / rate)::decimal(18,9) as factor, '-infinity'::timestamp as valid_from, 'infinity'::timestamp as valid_to from told where rate > 0;

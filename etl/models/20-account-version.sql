-- Accounts and their fields of business as they were seen; before the first look the fields are unknown.
create or replace temp table account_label as
with latest as (select record_key as account_id, arg_max(coalesce(name, record_key), (observed_at, load_no)) as name from fact_account group by all),
twice as (select name from latest group by name having count(*) > 1)
select account_id, case when twice.name is null then latest.name else latest.name || ' (' || account_id || ')' end as label
from latest left join twice using (name);

create or replace temp table next_account_version as
with told as (
  select record_key as account_id, parent as parent_id, type, industry, region, segment, country, owner as owner_id,
    coalesce(deleted, false) as is_deleted, merged_into, load_no,
    case when row_number() over (partition by record_key order by observed_at, load_no) = 1 then coalesce(held_from, observed_at) else observed_at end as "at"
  from fact_account
  union all
  select a.record_key, arg_max(f.parent, f.observed_at), arg_max(f.type, f.observed_at), arg_max(f.industry, f.observed_at), arg_max(f.region, f.observed_at),
    arg_max(f.segment, f.observed_at), arg_max(f.country, f.observed_at), arg_max(f.owner, f.observed_at), true, arg_max(f.merged_into, f.observed_at), a.load_no, a.observed_at
  from fact_absence a join fact_account f on f.record_key = a.record_key and f.observed_at < a.observed_at
  where a.object = 'account' group by a.record_key, a.load_no, a.observed_at
),
new_only as (
  select *, hash(parent_id, type, industry, region, segment, country, owner_id, is_deleted, merged_into) as row_hash from told
  qualify row_hash is distinct from lag(row_hash) over (partition by account_id order by "at", load_no)
),
whole as (
  select account_id, parent_id, type, industry, region, segment, country, owner_id, is_deleted, merged_into, "at" as valid_from, load_no from new_only
  union all
  select account_id, null, null, null, null, null, null, null, false, null, '-infinity'::timestamp, 0 from account_label
)
select account_id, label as name, parent_id, type, industry, region, segment, country, owner_id, is_deleted, merged_into, valid_from,
  lead(valid_from, 1, 'infinity'::timestamp) over (partition by account_id order by valid_from, load_no) as valid_to
from whole join account_label using (account_id)
qualify valid_to > valid_from;

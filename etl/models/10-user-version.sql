-- Who belonged to which team under whom, and when: cut at every change of a user or of the role tree.
create or replace temp table role_state as
with told as (
  select record_key as role_id, name, nullif(parent, record_key) as parent, true as there,
    case when row_number() over (partition by record_key order by observed_at, load_no) = 1 then coalesce(held_from, observed_at) else observed_at end as "at", load_no
  from fact_role
  union all
  select record_key, null, null, false, observed_at, load_no from fact_absence where object = 'role'
)
select role_id, name, parent, "at" as valid_from,
  lead("at", 1, 'infinity'::timestamp) over (partition by role_id order by "at", load_no) as valid_to
from told
qualify valid_to > valid_from and there;

create or replace temp table user_state as
with told as (
  select record_key as user_id, name, role, nullif(manager, record_key) as manager, coalesce(active, true) as active,
    case when row_number() over (partition by record_key order by observed_at, load_no) = 1 then coalesce(held_from, observed_at) else observed_at end as "at", load_no
  from fact_user
  union all
  select record_key, null, null, null, false, observed_at, load_no from fact_absence where object = 'user'
),
filled as (
  select user_id, "at", load_no, active,
    last_value(name ignore nulls) over (partition by user_id order by "at", load_no) as name,
    case when name is null then lag(role) over (partition by user_id order by "at", load_no) else role end as role,
    case when name is null then lag(manager) over (partition by user_id order by "at", load_no) else manager end as manager
  from told
)
select *, "at" as valid_from, lead("at", 1, 'infinity'::timestamp) over (partition by user_id order by "at", load_no) as valid_to
from filled
qualify valid_to > valid_from;

create or replace temp table tree_boundary as
select distinct valid_from as "at" from role_state union select distinct valid_from from user_state;

create or replace temp table role_path as
with recursive living as (
  select b."at", r.role_id, r.name, r.parent from tree_boundary b join role_state r on r.valid_from <= b."at" and b."at" < r.valid_to
),
path as (
  select l."at", l.role_id, [l.role_id] as ids, [l.name] as names
  from living l left join living above on above."at" = l."at" and above.role_id = l.parent
  where above.role_id is null
  union all
  select l."at", l.role_id, list_append(p.ids, l.role_id), list_append(p.names, l.name)
  from path p join living l on l."at" = p."at" and l.parent = p.role_id
  where not list_contains(p.ids, l.role_id)
),
root as (select "at", count(distinct ids[1]) as roots from path group by "at")
select p."at", p.role_id, p.names[-1] as team,
  case when r.roots = 1 and len(p.names) > 1 then p.names[2] else p.names[1] end as director
from path p join root r using ("at");

create or replace temp table manager_chain as
with recursive living as (
  select b."at", u.user_id, u.name, u.manager from tree_boundary b join user_state u on u.valid_from <= b."at" and b."at" < u.valid_to
),
chain as (
  select "at", user_id, manager as above, [user_id] as ids from living
  union all
  select c."at", c.user_id, l.manager, list_append(c.ids, l.user_id)
  from chain c join living l on l."at" = c."at" and l.user_id = c.above
  where c.above is not null and not list_contains(c.ids, l.user_id)
)
select "at", user_id, ids, '/' || array_to_string(list_reverse(ids), '/') || '/' as manager_path
from chain qualify row_number() over (partition by "at", user_id order by len(ids) desc) = 1;

create or replace temp table user_label as
with latest as (select user_id, arg_max(name, valid_from) as name from user_state group by user_id),
twice as (select name from latest group by name having count(*) > 1)
select user_id, case when twice.name is null then latest.name else latest.name || ' (' || user_id || ')' end as label
from latest left join twice using (name);

create or replace temp table next_user_version as
with cut as (
  select b."at", u.user_id, l.label as name, u.active, u.role as team_id, u.manager as manager_id,
    coalesce(p.team, boss.name) as team, coalesce(p.director, nullif(top.name, l.label)) as director, c.manager_path
  from tree_boundary b
  join user_state u on u.valid_from <= b."at" and b."at" < u.valid_to
  join user_label l using (user_id)
  left join role_path p on p."at" = b."at" and p.role_id = u.role
  left join manager_chain c on c."at" = b."at" and c.user_id = u.user_id
  left join user_label bossl on bossl.user_id = u.manager
  left join (select user_id, label as name from user_label) boss on boss.user_id = u.manager
  left join (select user_id, label as name from user_label) top on top.user_id = c.ids[-1]
),
new_only as (
  select *, hash(name, active, team_id, manager_id, team, director, manager_path) as row_hash from cut
  qualify row_hash is distinct from lag(row_hash) over (partition by user_id order by "at")
),
first_seen as (select user_id, min("at") as "at" from new_only group by user_id),
whole as (
  select user_id, name, active, team_id, manager_id, team, director, manager_path, "at" as valid_from from new_only
  union all
  -- Before anybody looked, the name is the same and the team is unknown.
  select user_id, label, true, null, null, null, null, '/' || user_id || '/', '-infinity'::timestamp
  from first_seen join user_label using (user_id)
)
select *, lead(valid_from, 1, 'infinity'::timestamp) over (partition by user_id order by valid_from) as valid_to from whole;

-- What people typed. Entries are only ever appended, and each seals the one before it.
create table entry (
  seq integer primary key check (seq > 0),
  -- The client's own name for the entry: a repeated one is stored once.
  id text not null unique,
  kind text not null,
  author text not null,
  -- Milliseconds since 1970, UTC.
  at integer not null,
  -- The seal of the entry before; empty for the first.
  after text not null,
  seal text not null
) strict;

-- A judgement about the result of a period. Money is decimal text, the moments of `seen_*` are ISO instants.
create table call (
  seq integer primary key references entry (seq),
  level text not null check (level in ('salesman', 'team', 'director', 'whole')),
  -- As the dimension of that level names it.
  scope text check ((scope is null) = (level = 'whole')),
  period text not null,
  category text not null check (category in ('pipeline', 'bestCase', 'mostLikely', 'commit')),
  -- Null: no judgement of one's own, what stands below counts.
  value text,
  currency text not null check (length(currency) = 3),
  reason text not null,
  seen_snapshot text not null,
  seen_as_of text not null,
  seen_known_at text not null,
  seen_open text not null,
  seen_won text not null,
  seen_below text,
  seen_p50 text,
  supersedes integer references call (seq) check (supersedes < seq)
) strict;
create index call_period on call (period, category);

-- What somebody did about a risk: a rule that holds for an opportunity.
create table mark (
  seq integer primary key references entry (seq),
  rule text not null,
  opportunity text not null,
  action text not null check (action in ('acknowledge', 'snooze', 'show', 'assign', 'comment')),
  -- Snoozed until this day; without one until the evidence changes.
  until_on text,
  evidence_hash text,
  evidence_size real,
  -- Null with `assign`: nobody any more.
  salesman text,
  comment text,
  check ((evidence_hash is null) = (evidence_size is null)),
  check (action not in ('acknowledge', 'snooze') or evidence_hash is not null),
  check (action <> 'comment' or comment is not null)
) strict;
create index mark_opportunity on mark (opportunity, rule);

-- When somebody looked at a page, and at what.
create table look (
  seq integer primary key references entry (seq),
  page text not null,
  snapshot text not null,
  as_of text not null,
  known_at text not null
) strict;

-- What would be if: named, and saved in versions.
create table scenario (
  seq integer primary key references entry (seq),
  scenario text not null,
  version integer not null check (version > 0),
  name text not null,
  -- JSON; null: taken away with this version.
  overlay text,
  unique (scenario, version)
) strict;

create trigger entry_is_kept before update on entry begin select raise(abort, 'an entry is never changed'); end;
create trigger entry_stays before delete on entry begin select raise(abort, 'an entry is never removed'); end;
create trigger call_is_kept before update on call begin select raise(abort, 'an entry is never changed'); end;
create trigger call_stays before delete on call begin select raise(abort, 'an entry is never removed'); end;
create trigger mark_is_kept before update on mark begin select raise(abort, 'an entry is never changed'); end;
create trigger mark_stays before delete on mark begin select raise(abort, 'an entry is never removed'); end;
create trigger look_is_kept before update on look begin select raise(abort, 'an entry is never changed'); end;
create trigger look_stays before delete on look begin select raise(abort, 'an entry is never removed'); end;
create trigger scenario_is_kept before update on scenario begin select raise(abort, 'an entry is never changed'); end;
create trigger scenario_stays before delete on scenario begin select raise(abort, 'an entry is never removed'); end;

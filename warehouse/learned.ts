/**
 * Learned probability by pipeline and stage, from `resolved(opportunity_id, pipeline, is_won, closed_at)` and
 * `visit(opportunity_id, pipeline, stage, entered_at)`: the share won of those that stood in the stage before closing,
 * drawn to the pipeline's mean m by κ = m(1−m)/τ² − 1 within 1..400, τ² the variance between stages beyond chance
 * (method of moments for a beta-binomial). Columns: pipeline, stage, probability
 * (8 decimals); without a stage the mean of the pipeline, without a pipeline that of all.
 */
export const learnedSql = `
  select pipeline, stage, least(1, greatest(0, round((won + kappa * mean) / (n + kappa), 8)))::decimal(9,8) as probability from (
    select c.*, m.mean, coalesce(least(400, greatest(1, m.mean * (1 - m.mean) / nullif(greatest(v.tau2, 0), 0) - 1)), 400) as kappa
    from (select v.pipeline, v.stage, count(distinct v.opportunity_id) as n, count(distinct v.opportunity_id) filter (where r.is_won) as won
      from visit v join resolved r on r.opportunity_id = v.opportunity_id and v.entered_at <= r.closed_at group by 1, 2) c
    join (select pipeline, avg(is_won::integer) as mean from resolved group by 1) m using (pipeline)
    left join (
      select pipeline, sum(n * (won / n - mean) * (won / n - mean)) / sum(n) - count(*) * any_value(mean * (1 - mean)) / sum(n) as tau2
      from (select v.pipeline, v.stage, count(distinct v.opportunity_id) as n, count(distinct v.opportunity_id) filter (where r.is_won) as won
        from visit v join resolved r on r.opportunity_id = v.opportunity_id and v.entered_at <= r.closed_at group by 1, 2)
      join (select pipeline, avg(is_won::integer) as mean from resolved group by 1) using (pipeline) group by 1) v using (pipeline))
  union all
  select pipeline, null, round(avg(is_won::integer), 8)::decimal(9,8) from resolved group by 1
  union all
  select null, null, round(avg(is_won::integer), 8)::decimal(9,8) from resolved`;

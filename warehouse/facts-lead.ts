import { sql } from 'drizzle-orm';
import type { FactSource } from './fact-source.ts';
import { leadSql } from './layout-records.ts';
import { knowledgeOf, seenBy, today } from './relations.ts';
import { raw } from './statement.ts';

/**
 * Leads created by the instant, under the salesman who had them then: `days` from creation to conversion, for those not
 * converted by the instant until its day.
 */
export const leadFacts: FactSource = {
  day: 'created_on',
  isValued: false,
  origin: () => 'apart',
  rows: (question, { wanted, pushed }) => {
    const { weeks, moment, settings, knownAt, viewer } = question;
    const leads =
      knownAt === null ? raw('lead') : sql`(${leadSql(knowledgeOf(question), settings.zone)})`;
    const then = weeks ? raw('until') : sql`${moment.instant}::timestamp`;
    const converted = sql`coalesce(converted_at <= ${then}, false)`;
    return sql`select *, ${converted} as is_converted, (case when ${converted} then converted_on else ${today(question)} end - created_on)::integer as days,
        null::varchar as account, null::varchar as stage, null::varchar as currency, null::decimal(18,2) as amount, created_on as period_on, created_on as close_day
      from (select * from ${leads} where ${seenBy(viewer)} and ${pushed}) ${raw(weeks ? 'cross join week' : '')} where created_at <= ${then} and ${wanted}`;
  },
};

import { notFound } from 'next/navigation';
import type { SalesmanProfile } from '#warehouse/salesman-answer.ts';
import { Later } from '../../later.tsx';
import { openPage } from '../../open.ts';
import { Sentence } from '../../sentence.tsx';
import { Shell } from '../../shell.tsx';
import { isPast, type Params } from '../../view.ts';
import { Against } from './against.tsx';
import { Came } from './came.tsx';
import { Discuss } from './discuss.tsx';
import { InNumbers } from './in-numbers.tsx';
import { OverTime } from './over-time.tsx';
import { askedOf, comparedHref, type Person, personOf } from './person.ts';
import { salesmanSentence, weakestOf } from './sentence.ts';
import { Stages } from './stages.tsx';

/** One salesman: whether he needs help, and with what. */
export default async function Salesman(props: {
  params: Promise<{ id: string }>;
  searchParams: Promise<Params>;
}) {
  const [{ id }, opened] = await Promise.all([props.params, openPage(props.searchParams)]);
  const person = personOf(decodeURIComponent(id), opened);
  const { path, words, view } = person;
  const { ask, params, options } = person.page;
  const found = ask.salesman(askedOf(person));
  // A failure is shown where it belongs; until then nobody may call it unhandled.
  found.catch(() => undefined);
  const { asOf, knownAt } = view;
  // Who is known by closings of the past alone is found the long way.
  if (!(await ask.person({ id: person.id, asOf, knownAt })) && !(await found)) notFound();
  const load = async (): Promise<SalesmanProfile> => (await found) ?? notFound();
  return (
    <Shell
      path={path}
      current="/salesmen"
      params={params}
      view={person.page.view}
      options={options}
    >
      <Later shape="sentence" load={load}>
        {(told) => (
          <Sentence
            pieces={salesmanSentence(told, { period: words, past: isPast(view) })}
            hrefOf={(name) => opens(name, told, person)}
          />
        )}
      </Later>
      <div className="grid">
        <Against person={person} load={load} />
        <Came person={person} load={load} />
        <Stages person={person} load={load} />
        <Discuss person={person} load={load} />
        <InNumbers person={person} load={load} />
        <OverTime person={person} />
      </div>
    </Shell>
  );
}

/** What a number of the sentence opens. */
function opens(name: string, { stages }: SalesmanProfile, person: Person): string {
  if (name === 'discuss') return '#discuss';
  const weak = weakestOf(stages);
  if (name === 'stage' && weak)
    return comparedHref(person, { pipeline: weak.pipeline, stage: weak.stage });
  return comparedHref(person, { measure: name });
}

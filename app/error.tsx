'use client';
import { Failure } from './failure.tsx';

/** A page that cannot be shown: the words of the failure when it is one of ours, its id in the log, and ways on. */
export default function PageFailure({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const told = maybeTold(error.digest);
  const isEmpty = told?.code === 'no-snapshot';
  return (
    <main className="page">
      <h1 className="sentence">
        <strong>{isEmpty ? 'Nothing has been loaded yet.' : 'This page cannot be shown.'}</strong>{' '}
        {isEmpty ? 'Load your own exports, or a demo company, and come back.' : null}
      </h1>
      <Failure
        message={told?.message ?? 'Something went wrong on the server.'}
        id={told?.id ?? error.digest}
        onRetry={reset}
      />
      <p>
        <a href="/">The Outlook without filters</a>
      </p>
    </main>
  );
}

/** Errors of our own carry their public side as their digest; others a number of Next's. */
function maybeTold(
  digest: string | undefined,
): { code: string; message: string; id: string } | undefined {
  return digest?.startsWith('{') ? JSON.parse(digest) : undefined;
}

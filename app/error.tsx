'use client';

export default function Failure({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <main className="page">
      <h1 className="sentence">This question could not be answered.</h1>
      <p>
        A filter or date of the address may not exist in the data, or nothing has been loaded yet.
        {error.digest ? ` The log has the reason under ${error.digest}.` : ''}
      </p>
      <p>
        <button type="button" onClick={reset}>
          Try again
        </button>{' '}
        <a href="/">Outlook without filters</a>
      </p>
    </main>
  );
}

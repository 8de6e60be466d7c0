'use client';
import { useRouter } from 'next/navigation';

/** What went wrong, in words, with the id under which the log has it, and a way to try again. */
export function Failure({
  message,
  id,
  onRetry,
}: {
  message: string;
  id?: string | undefined;
  onRetry?: () => void;
}) {
  const router = useRouter();
  return (
    <div className="failure" role="alert">
      <p>{message}</p>
      <p>
        <button type="button" onClick={onRetry ?? (() => router.refresh())}>
          Try again
        </button>
        {id ? <span className="muted"> In the log under {id}</span> : null}
      </p>
    </div>
  );
}

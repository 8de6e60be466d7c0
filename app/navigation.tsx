'use client';
import { useRouter } from 'next/navigation';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
  useTransition,
} from 'react';

const Go = createContext<(href: string) => void>(() => {});

/** Takes the page to another address without loading it anew. */
export const useGo = (): ((href: string) => void) => useContext(Go);

/**
 * Every link of our own goes without a new document; one that only opens a receipt does not even ask the server for
 * the page. What takes long says so, and can be called off.
 */
export function Navigation({ children }: { children: ReactNode }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const go = useCallback(
    (href: string) => startTransition(() => router.push(href, { scroll: !isSamePath(href) })),
    [router],
  );
  useEffect(() => {
    const onClick = (event: MouseEvent) => followed(event, go);
    document.addEventListener('click', onClick);
    return () => document.removeEventListener('click', onClick);
  }, [go]);
  const cancel = () =>
    startTransition(() => router.replace(window.location.href, { scroll: false }));
  return (
    <Go value={go}>
      {isPending ? <Pending onCancel={cancel} /> : null}
      {children}
    </Go>
  );
}

const isSamePath = (href: string): boolean =>
  new URL(href, window.location.href).pathname === window.location.pathname;

function followed(event: MouseEvent, go: (href: string) => void): void {
  const isPlain =
    event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const href = link?.getAttribute('href') ?? link?.getAttribute('xlink:href');
  if (!isPlain || event.defaultPrevented || !link || !href || href.startsWith('#')) return;
  if (link.hasAttribute('download') || link.getAttribute('target')) return;
  const to = new URL(href, window.location.href);
  if (to.origin !== window.location.origin || to.pathname.startsWith('/api/')) return;
  event.preventDefault();
  if (to.searchParams.has('receipt') && to.pathname === window.location.pathname)
    window.history.pushState(null, '', to);
  else go(`${to.pathname}${to.search}${to.hash}`);
}

/** A line after a moment; after two seconds how long it has taken, and the way out. */
function Pending({ onCancel }: { onCancel: () => void }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="pending" role="status">
      <span className="pending-line" />
      {seconds >= 2 ? (
        <span className="pending-words">
          {seconds} s{' '}
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        </span>
      ) : (
        <span className="hidden">Loading</span>
      )}
    </div>
  );
}

import { localViewer, type Viewer } from '#warehouse/access.ts';
import { Fault } from './api/errors.ts';
import { isAllowedHost } from './host.ts';

/** Who asks. An installation without accounts has one local viewer, who must come by a name of this machine. */
export function viewerOf(headers: Headers): Viewer {
  if (!isAllowedHost(headers.get('host'))) throw new Fault('forbidden-host');
  return localViewer;
}

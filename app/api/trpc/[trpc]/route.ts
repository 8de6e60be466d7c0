import { handleCalls } from '../../calls.ts';

export const dynamic = 'force-dynamic';

export { handleCalls as GET, handleCalls as POST };

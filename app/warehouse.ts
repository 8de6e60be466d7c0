import { openWarehouse, type Warehouse } from '#warehouse/warehouse.ts';
import { env } from './env.ts';

const opened = globalThis as typeof globalThis & { plumblineWarehouse?: Warehouse };

/** The installation, opened once per process; Next loads a module several times, the process has one. */
export function warehouse(): Warehouse {
  opened.plumblineWarehouse ??= openWarehouse(env.dataDir, {
    verify: 'behind',
    cacheBytes: env.cacheBytes,
    prepares: true,
  });
  return opened.plumblineWarehouse;
}

import { salesforce } from './salesforce.ts';

/** Ready mappings by name; a config's own inputs and columns go over them. */
export const presets = { salesforce };

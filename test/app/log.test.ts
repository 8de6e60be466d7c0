import { describe, expect, it } from 'vitest';
import { describeError, scrub } from '#app/log.ts';

describe('what the log keeps', () => {
  it.each([
    'password=hunter22 rest',
    'token: "hunter22"',
    'Authorization: hunter22',
    'Bearer hunter22',
    'postgres://ana:hunter22@db/crm',
    'https://ana:hunter22@crm.example/x',
    '{"api_key":"hunter22"}',
  ])('hides the secret of %j', (text) => expect(scrub(text)).not.toContain('hunter22'));

  it('hides the values of secret variables wherever they stand', () => {
    expect(scrub('a s3cr3t-value in a text', ['s3cr3t-value'])).toBe('a [hidden] in a text');
  });

  it('keeps the chain of causes, scrubbed', () => {
    const error = new Error('outer', {
      cause: new Error('password=hunter22', { cause: 'token=hunter22' }),
    });
    const kept = JSON.stringify(describeError(error));
    expect(kept).toContain('outer');
    expect(kept).toContain('[hidden]');
    expect(kept).not.toContain('hunter22');
  });
});

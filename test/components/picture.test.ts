import { expect, test } from 'vitest';
import { hexColor, plainColor, widened } from '#components/drawing.ts';
import { fileName } from '#components/export-menu.tsx';
import { pictureOf } from '#components/picture.ts';
import { wrapped } from '#components/text-fit.ts';

const drawing = { text: '<rect width="10" height="4"/>', width: 300, height: 200, left: 40 };
const colors = { surface: '#ffffff', ink: '#1c1b18', muted: '#6a6861' };
const words = {
  title: 'Won & <lost>',
  note: 'How to read it, in a line that is too long for a picture as narrow as this one is',
  circumstance: 'As of 30 Sep 2026',
};

test('a picture carries its title, how to read it and its circumstances, and no mark-up of theirs', () => {
  const svg = pictureOf(drawing, words, colors);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 332 \d+/);
  expect(svg).toContain('Won &amp; &lt;lost&gt;</text>');
  expect(svg).toContain('As of 30 Sep 2026</text>');
  expect(svg.match(/<text /g)?.length).toBe(4);
  expect(svg).toContain('<g transform="translate(56,');
});

test('a picture holds nothing that leads or loads', () => {
  const svg = pictureOf(drawing, { ...words, title: '<script>alert(1)</script>' }, colors);
  expect(svg).not.toMatch(/<script|href|url\(|<image|<use|class=|var\(/);
});

test('what is not said takes no room', () => {
  const height = (svg: string) => Number(/ height="([\d.]+)"/.exec(svg)?.[1]);
  const silent = pictureOf(drawing, { title: '', note: '', circumstance: '' }, colors);
  expect(height(silent)).toBeLessThan(height(pictureOf(drawing, words, colors)) - 50);
});

test.each([
  ['rgb(31, 122, 92)', 'rgb(31, 122, 92)'],
  ['rgba(0, 0, 0, 0)', 'none'],
  ['transparent', 'none'],
  ['color(srgb 0.5 0 1)', 'rgb(128, 0, 255)'],
  ['none', 'none'],
])('the colour %s is written %s', (color, plain) => {
  expect(plainColor(color)).toBe(plain);
});

test('a colour in hexadecimal', () => {
  expect(hexColor('rgb(26, 28, 32)')).toBe('#1a1c20');
  expect(hexColor('rgba(0, 0, 0, 0)')).toBe('#ffffff');
});

test('a path is stretched sideways only', () => {
  expect(widened('M0,10L50.5,-3.25Z', 2)).toBe('M0,10L101,-3.25Z');
});

test('text is broken between words, and never lost', () => {
  const lines = wrapped(words.note, 200);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.join(' ')).toBe(words.note);
  expect(wrapped('', 100)).toEqual([]);
});

test.each([
  ['What moved since “Monday”?', 'what-moved-since-monday'],
  ['Žďár nad Sázavou', 'zdar-nad-sazavou'],
  ['???', 'chart'],
])('the file of %s is named %s', (name, file) => {
  expect(fileName(name)).toBe(file);
});

// run: cli
// expect-output: warning: handleSummary(): "a.json": expected a text
// console: ignore
export default function () {}
export function handleSummary() {
  return { 'a.json': { not: 'a text' } };
}

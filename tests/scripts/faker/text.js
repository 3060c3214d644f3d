// expect-checks: 100%
import faker from 'mockarty/faker';
export default function () {
  for (let i = 0; i < 50; i++) check(faker, {
    word: (f) => /^[a-z]+$/.test(f.word()),
    sentence: (f) => /^[A-Z][a-z]*( [a-z]+){4,11}\.$/.test(f.sentence()),
    paragraph: (f) => { const p = f.paragraph(); const n = p.split('. ').length; return n >= 3 && n <= 6 && p.endsWith('.'); },
    hexColor: (f) => /^#[0-9a-f]{6}$/.test(f.hexColor()),
  });
}

// expect: start
// expect: after await 3
// expect: slept
// expect: done ok
// expect: caught boom
// iterations: 1
const later = (ms, value) => new Promise((resolve) => setTimeout(() => resolve(value), ms));
const broken = async () => { await later(1); throw new Error('boom'); };
export default async function () {
  console.log('start');
  console.log('after await', (await later(2, 1)) + (await later(1, 2)));
  sleep(0.01);
  console.log('slept');
  const answer = await Promise.race([later(1, 'ok'), later(50, 'late')]);
  console.log('done', answer);
  try { await broken(); } catch (e) { console.log('caught', e.message); }
}

// expect: 0,20
// expect: 2!
// expect: 0,1,2
// expect: 0,2,4
const out = [];
for (let i = 0; i < 4; i++) {
  if (i === 1) continue;
  if (i === 3) break;
  out.push(() => i * 10);
}
print(out.map((f) => f()).join());
function collect() {
  for (let i = 0; i < 3; i++) {
    const g = () => i;
    if (i === 2) return g() + '!';
  }
}
print(collect());
let w = 0;
const ws = [];
while (w < 3) { const c = w++; ws.push(() => c); }
print(ws.map((f) => f()).join());
const step = [];
for (let i = 0; i < 6; i += 2) { step.push(() => i); i--; i++; }
print(step.map((f) => f()).join());

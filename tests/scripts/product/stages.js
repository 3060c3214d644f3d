// note: block under "Each stage has a duration and a target:" of the product's document, unchanged
// args: --iterations 3
// around: export default function () { check(options.stages.length, { stages: (n) => n === 3 }); }
// expect-checks: 3/0

export const options = {
stages: [
{ duration: '30s', target: 20 }, // Ramp up to 20 VUs over 30s
{ duration: '1m', target: 20 }, // Stay at 20 VUs for 1 minute
{ duration: '30s', target: 0 }, // Ramp down to 0 VUs over 30s
],
};

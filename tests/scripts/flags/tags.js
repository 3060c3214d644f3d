// args: --tag team=shop --tag run=a=b --iterations 1
// run: cli
// expect-exit: 0
export const options = {
  tags: { gone: 'yes' },
  thresholds: { 'iterations{team:shop,run:a=b,gone:}': ['count==1'] },
};
export default function () {}

// error: identifier 'missing' undefined
// error-line: 9
const a = 1;
const text = `first
second ${a}
third`;
const other = `
  ${a}
  ${missing}
`;

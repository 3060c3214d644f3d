// error: cannot read property
// error-line: 9
const source = { a: 1, list: [] };
const use = ({
  a,
  list,
}) => {
  const [head] = list;
  return a + head.size;
};
use(source);

// error: boom in arrow
// error-line: 8
import { check } from 'k6';

const run = (value) => {
  const doubled = value * 2;
  if (doubled > 1) {
    throw new Error('boom in ' + 'arrow');
  }
};
run(1);

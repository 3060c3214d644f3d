// expect: true
// expect: false
// expect: chained ok
// expect-exit: 0
import { describe, expect } from 'https://jslib.k6.io/k6chaijs/4.3.4.3/index.js';
export default function () {
  console.log(describe('good', () => {
    expect(1 + 1, 'sum').to.equal(2);
    expect([1, 2]).to.have.lengthOf(2);
    expect({ a: { b: 1 } }).to.deep.equal({ a: { b: 1 } });
    expect('text').to.be.a('string').and.include('ex');
    expect(null).to.be.null;
    expect([]).to.be.empty;
    expect(5).to.be.within(1, 9).and.not.equal(6);
    expect(() => { throw new Error('boom'); }).to.throw('boom');
    expect({ status: 200 }).to.have.property('status', 200);
  }));
  console.log(describe('bad', () => { expect(1).to.be.above(2); }));
  console.log('chained', 'ok');
}

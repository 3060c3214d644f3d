// error: boom in method
// error-line: 13
class Base {
  constructor() {
    this.x = 1;
  }
}

class Client extends Base {
  #secret = 1;
  fail() {
    const self = this;
    throw new Error('boom in method');
  }
}

new Client()
  .fail();

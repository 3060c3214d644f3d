// error: bad option
// error-line: 7
class Client {
  constructor(options) {
    const { base } = options;
    if (!base) {
      throw new Error('bad option');
    }
    this.base = base;
  }

  retries = 3;
  #token = null;
  static made = [];
  get token() { return this.#token; }
}
new Client({});

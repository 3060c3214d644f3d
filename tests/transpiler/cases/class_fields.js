// expect: ann 42 1 6 hidden
// expect: true false owner,bound
// expect: ann
// expect: true
// expect: bob! 2
class Account {
  owner = 'nobody';
  #balance = 0;
  static count = 0;
  static #secret = 'hidden';
  static {
    Account.ready = Account.#secret.length;
  }
  constructor(owner) {
    if (owner) this.owner = owner;
    Account.count++;
  }
  deposit(n) { this.#balance += n; return this; }
  #double() { return this.#balance * 2; }
  get twice() { return this.#double(); }
  static reveal() { return Account.#secret; }
  has(o) { return #balance in o; }
  bound = () => this.owner;
}
const acc = new Account('ann').deposit(20).deposit(1);
print(acc.owner, acc.twice, Account.count, Account.ready, Account.reveal());
print(acc.has(acc), acc.has({}), Object.keys(acc).join());
const { bound } = acc;
print(bound());
try {
  Account.prototype.deposit.call({}, 1);
} catch (e) {
  print(e instanceof TypeError);
}
class Sub extends Account { extra = this.owner + '!'; }
print(new Sub('bob').extra, Account.count);

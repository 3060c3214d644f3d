// note: card numbers pass the Luhn check
// expect-checks: 100%
import faker from 'mockarty/faker';
function luhn(text) {
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    let digit = Number(text[text.length - 1 - i]);
    if (i % 2 === 1) { digit *= 2; if (digit > 9) digit -= 9; }
    sum += digit;
  }
  return sum % 10 === 0;
}
export default function () {
  for (let i = 0; i < 200; i++) check(faker.ccNumber(), {
    'ccNumber digits': (n) => /^\d{14,16}$/.test(n),
    'ccNumber prefix': (n) => /^(4|5[15]|3[47]|6011|3530|36)/.test(n),
    'ccNumber Luhn': (n) => luhn(n),
    ccType: () => ['VISA', 'MasterCard', 'American Express', 'Discover', 'JCB', 'Diners Club'].includes(faker.ccType()),
    currency: () => /^[A-Z]{3}$/.test(faker.currency()),
    amountWithCurrency: () => /^[A-Z]{3} \d{1,4}\.\d\d$/.test(faker.amountWithCurrency()),
  });
}

// expect-init-error: import_remote.js:2: remote import 'https://example.com/x.js' is refused: scripts load nothing from the network
import x from 'https://example.com/x.js';
export default function () {}

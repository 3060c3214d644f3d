// {{$guid}} and the other variables that Postman makes up. ES5. Addresses, domains and telephone numbers are those kept
// for examples, as everything that the faker module makes.
var faker = require('mockarty/faker');

function words(text) { var list = text.split(' '); return function () { return faker.pick(list).replace(/_/g, ' '); }; }
function int(from, to) { return faker.int(from, to); }
function digits(count) { var text = ''; while (text.length < count) { text += int(0, 9); } return text; }
function letters(count, from) { var text = ''; while (text.length < count) { text += from.charAt(int(0, from.length - 1)); } return text; }
function several(from, to, make, separator) {
  var list = [];
  for (var i = int(from, to); i > 0; --i) { list.push(make()); }
  return list.join(separator);
}
function capital(text) { return text.charAt(0).toUpperCase() + text.substring(1); }
function day(from, to) { return new Date(Date.now() + int(from, to) * 1000).toString(); }
function image(kind) { return function () { return 'https://images.example.com/640/480/' + kind; }; }

var lower = 'abcdefghijklmnopqrstuvwxyz';
var YEAR = 365 * 24 * 3600;
var word = faker.word;
var noun = words('array bandwidth bus capacitor card circuit driver feed firewall hard_drive interface matrix microchip monitor panel pixel port program protocol sensor system transmitter');
var verb = words('back_up bypass calculate compress connect copy generate hack index input navigate override parse program quantify reboot synthesize transmit');
var adjective = words('auxiliary back-end bluetooth cross-platform digital haptic mobile multi-byte neural online open-source optical primary redundant solid_state virtual wireless');
var ingverb = words('backing_up bypassing calculating compressing connecting copying generating hacking indexing navigating overriding parsing programming quantifying rebooting transmitting');
var extension = words('bin css csv doc gif html jpg js json mp3 pdf png ppt svg txt wav xls xml zip');
var mime = words('application/json application/pdf application/xml application/zip audio/mpeg image/gif image/png image/svg+xml text/css text/csv text/html text/plain video/mp4');
var jobArea = words('Accountability Accounts Assurance Brand Communications Configuration Data Directives Identity Infrastructure Integration Markets Metrics Mobility Operations Optimization Quality Research Response Security Solutions Tactics Usability Web');
var jobDescriptor = words('Central Chief Corporate Customer Direct District Dynamic Forward Future Global Human Internal International Investor Lead Legacy National Principal Product Regional Senior');
var jobType = words('Administrator Agent Analyst Architect Assistant Associate Consultant Coordinator Designer Developer Director Engineer Executive Facilitator Manager Officer Planner Producer Representative Specialist Strategist Supervisor Technician');
var buzz = words('aggregate architect benchmark deliver deploy drive embrace enable engage enhance evolve exploit facilitate generate implement integrate leverage monetize optimize scale streamline synthesize transform');
var bsAdjective = words('24/7 B2B B2C back-end best-of-breed clicks-and-mortar cross-media customized distributed dynamic end-to-end enterprise frictionless global holistic interactive intuitive magnetic open-source proactive real-time robust scalable seamless strategic');
var bsNoun = words('applications architectures bandwidth channels communities content convergence deliverables e-business e-commerce experiences functionalities infrastructures initiatives interfaces markets methodologies metrics mindshare models networks niches paradigms partnerships platforms portals relationships solutions synergies systems technologies users');
var productAdjective = words('Awesome Ergonomic Fantastic Generic Gorgeous Handcrafted Handmade Incredible Intelligent Licensed Practical Refined Rustic Sleek Small Tasty Unbranded');
var material = words('Concrete Cotton Fresh Frozen Granite Metal Plastic Rubber Soft Steel Wooden');
var product = words('Bacon Ball Bike Car Chair Cheese Chicken Chips Computer Fish Gloves Hat Keyboard Mouse Pants Pizza Salad Sausages Shirt Shoes Soap Table Towels Tuna');
var suffix = words('Inc LLC Group and_Sons');
var street = function () { return faker.lastName() + ' ' + words('Avenue Crossing Drive Lane Road Square Street Way')(); };
var catchNoun = words('ability access adapter algorithm alliance analyzer application approach archive architecture array benchmark capability challenge circuit collaboration complexity concept database encryption framework hierarchy interface knowledge_base matrix middleware migration model moderator monitoring');
var catchDescriptor = words('24_hour asymmetric bifurcated client-driven client-server coherent composite context-sensitive contextual discrete dynamic empowering executive explicit fault-tolerant full-range global grid-enabled high-level holistic hybrid impactful local logistical methodical mobile modular multimedia national needs-based');
var catchAdjective = words('Adaptive Advanced Ameliorated Assimilated Automated Balanced Business-focused Centralized Cloned Compatible Configurable Cross-group Customizable Decentralized Devolved Digitized Distributed Diverse Enhanced Enterprise-wide Ergonomic Exclusive Expanded Extended Focused Front-line');
var colors = words('azure black blue cyan fuchsia gold green grey indigo ivory lavender lime magenta maroon mint_green olive orange orchid pink plum purple red salmon silver sky_blue tan teal turquoise violet white yellow');
var fileName = function () { return word() + '_' + word() + '.' + extension(); };
var directory = function () { return '/' + words('boot bin etc home lib media mnt opt srv tmp usr var')() + '/' + word(); };
var sentence = faker.sentence;
var paragraph = faker.paragraph;

var makers = {
  guid: faker.uuid, randomUUID: faker.uuid,
  timestamp: function () { return Math.floor(Date.now() / 1000); },
  isoTimestamp: function () { return new Date().toISOString(); },
  randomAlphaNumeric: function () { return letters(1, lower + '0123456789'); },
  randomBoolean: faker.bool,
  randomInt: function () { return int(0, 1000); },
  randomColor: colors, randomHexColor: faker.hexColor,
  randomAbbreviation: words('ADP AGP AI API COM CSS EXE FTP GB HDD HTTP IB JBOD JSON PCI PNG RAM RSS SAS SCSI SDD SMS SMTP SQL SSL TCP THX USB XML XSS'),
  randomIP: faker.ipv4, randomIPV6: faker.ipv6, randomMACAddress: faker.macAddress, randomPassword: faker.password,
  randomLocale: words('ar cs da de el en es fi fr he hu it ja ko nb nl pl pt ro ru sk sv tr uk zh'),
  randomUserAgent: faker.userAgent, randomProtocol: words('http https'),
  randomSemver: function () { return int(0, 9) + '.' + int(0, 9) + '.' + int(0, 9); },
  randomFirstName: faker.firstName, randomLastName: faker.lastName,
  randomFullName: function () { return faker.firstName() + ' ' + faker.lastName(); },
  randomNamePrefix: words('Dr. Miss Mr. Mrs. Ms.'), randomNameSuffix: words('DDS DVM I II III IV Jr. MD PhD Sr. V'),
  randomJobArea: jobArea, randomJobDescriptor: jobDescriptor, randomJobType: jobType,
  randomJobTitle: function () { return jobDescriptor() + ' ' + jobArea() + ' ' + jobType(); },
  randomPhoneNumber: faker.phoneNumber,
  randomPhoneNumberExt: function () { return int(10, 99) + '-' + faker.phoneNumber(); },
  randomCity: faker.city, randomStreetName: street,
  randomStreetAddress: function () { return int(1, 9999) + ' ' + street(); },
  randomCountry: faker.country,
  randomCountryCode: words('AT AU BE BR CA CH CN CZ DE DK ES FI FR GB GR HU IE IN IT JP KR MX NL NO NZ PL PT SE SG US ZA'),
  randomLatitude: faker.latitude, randomLongitude: faker.longitude,
  randomAvatarImage: function () { return 'https://images.example.com/avatar/' + int(1, 1000) + '.jpg'; },
  randomImageUrl: image('any'), randomImageDataUri: function () {
    return 'data:image/svg+xml;charset=UTF-8,%3Csvg%20xmlns%3D%22http%3A%2F%2Fwww.w3.org%2F2000%2Fsvg%22%2F%3E';
  },
  randomBankAccount: function () { return digits(8); },
  randomBankAccountName: function () { return words('Auto_Loan Checking Credit_Card Home_Loan Investment Money_Market Personal_Loan Savings')() + ' Account'; },
  randomCreditCardMask: function () { return digits(4); },
  randomBankAccountBic: function () { return letters(6, lower.toUpperCase()) + letters(2, lower.toUpperCase()); },
  randomBankAccountIban: function () { return 'XX' + digits(20); },
  randomTransactionType: words('deposit invoice payment withdrawal'),
  randomCurrencyCode: faker.currency,
  randomCurrencyName: words('Dollar Euro Franc Krona Krone Lira Peso Pound Rand Rupee Yen Yuan Zloty'),
  randomCurrencySymbol: words('$ € £ ¥ ₩ ₹ ₺'),
  randomBitcoin: function () { return '3' + letters(33, 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789'); },
  randomCompanyName: faker.company, randomCompanySuffix: suffix,
  randomBs: function () { return buzz() + ' ' + bsAdjective() + ' ' + bsNoun(); },
  randomBsAdjective: bsAdjective, randomBsBuzz: buzz, randomBsNoun: bsNoun,
  randomCatchPhrase: function () { return catchAdjective() + ' ' + catchDescriptor() + ' ' + catchNoun(); },
  randomCatchPhraseAdjective: catchAdjective, randomCatchPhraseDescriptor: catchDescriptor, randomCatchPhraseNoun: catchNoun,
  randomDatabaseColumn: words('avatar category comment createdAt email group id name password phone status title token updatedAt'),
  randomDatabaseType: words('bigint binary bit blob boolean date datetime decimal double enum float int mediumint point serial set smallint text time timestamp tinyint varchar'),
  randomDatabaseCollation: function () { return faker.pick(['ascii_bin', 'ascii_general_ci', 'utf8_bin', 'utf8_general_ci', 'utf8_unicode_ci']); },
  randomDatabaseEngine: words('ARCHIVE BLACKHOLE CSV InnoDB MEMORY MyISAM'),
  randomDateFuture: function () { return day(3600, YEAR); }, randomDatePast: function () { return day(-YEAR, -3600); },
  randomDateRecent: function () { return day(-86400, 0); },
  randomWeekday: faker.dayOfWeek, randomMonth: faker.monthName,
  randomDomainName: faker.domainName, randomDomainSuffix: words('biz com info name net org'), randomDomainWord: word,
  randomEmail: faker.email, randomExampleEmail: function () { return faker.username() + '@example.com'; },
  randomUserName: faker.username, randomUrl: faker.url,
  randomFileName: fileName, randomFileType: words('application audio font image model text video'), randomFileExt: extension,
  randomCommonFileName: fileName, randomCommonFileType: words('application audio image text video'),
  randomCommonFileExt: words('gif html jpg mp3 mp4 mpeg pdf png txt wav'),
  randomFilePath: function () { return directory() + '/' + fileName(); }, randomDirectoryPath: directory, randomMimeType: mime,
  randomPrice: function () { return int(0, 999) + '.' + digits(2); },
  randomProduct: product, randomProductAdjective: productAdjective, randomProductMaterial: material,
  randomProductName: function () { return productAdjective() + ' ' + material() + ' ' + product(); },
  randomDepartment: words('Automotive Baby Beauty Books Clothing Computers Electronics Games Garden Grocery Health Home Industrial Jewelry Kids Movies Music Outdoors Shoes Sports Tools Toys'),
  randomNoun: noun, randomVerb: verb, randomIngverb: ingverb, randomAdjective: adjective,
  randomWord: word, randomWords: function () { return several(2, 6, word, ' '); },
  randomPhrase: function () { return capital(verb()) + ' the ' + adjective() + ' ' + noun() + ', then ' + verb() + ' the ' + noun() + '!'; },
  randomLoremWord: word, randomLoremWords: function () { return several(3, 3, word, ' '); },
  randomLoremSentence: sentence, randomLoremSentences: function () { return several(2, 6, sentence, ' '); },
  randomLoremParagraph: paragraph, randomLoremParagraphs: function () { return several(3, 3, paragraph, '\n \r'); },
  randomLoremText: function () { return several(1, 4, sentence, ' '); },
  randomLoremSlug: function () { return several(3, 3, word, '-'); },
  randomLoremLines: function () { return several(1, 5, sentence, '\n'); }
};
'Abstract Animals Business Cats City Food Nightlife Fashion People Nature Sports Transport'.split(' ').forEach(function (kind) {
  makers['random' + kind + 'Image'] = image(kind.toLowerCase());
});

// Undefined for a name that is none.
exports.make = function (name) {
  return Object.prototype.hasOwnProperty.call(makers, name) ? makers[name]() : undefined;
};

#include "engine/modules/faker_words.h"

namespace mockarty::fake {
namespace {

constexpr std::string_view kMaleNames[] = {
    "Adam",    "Albert",  "Alexander", "Anders",  "Andrew",   "Anton",   "Arthur", "Benjamin", "Boris",     "Brian",
    "Carl",    "Charles", "Christian", "Daniel",  "David",    "Dmitri",  "Edward", "Elias",    "Emil",      "Eric",
    "Felix",   "Francis", "Frank",     "Gabriel", "George",   "Gregory", "Hannes", "Harold",   "Henry",     "Hugo",
    "Ian",     "Isaac",   "Ivan",      "Jacob",   "James",    "Jan",     "Jonas",  "Joseph",   "Julian",    "Karim",
    "Kevin",   "Konrad",  "Lars",      "Leo",     "Leonard",  "Louis",   "Lucas",  "Marco",    "Mark",      "Martin",
    "Matthew", "Max",     "Michael",   "Nathan",  "Nicholas", "Noah",    "Oliver", "Oscar",    "Patrick",   "Paul",
    "Peter",   "Philip",  "Rafael",    "Raymond", "Richard",  "Robert",  "Roman",  "Samuel",   "Sebastian", "Simon",
    "Stefan",  "Steven",  "Thomas",    "Timothy", "Victor",   "Vincent", "Walter", "William",  "Xavier",    "Yusuf"};
constexpr std::string_view kFemaleNames[] = {
    "Ada",     "Agnes",    "Alice",     "Alina",   "Amelia",    "Amy",      "Andrea",   "Angela",    "Anna",
    "Astrid",  "Barbara",  "Beatrice",  "Bella",   "Camilla",   "Carla",    "Caroline", "Catherine", "Charlotte",
    "Clara",   "Daria",    "Diana",     "Dorothy", "Eleanor",   "Elena",    "Elisa",    "Elizabeth", "Ella",
    "Emily",   "Emma",     "Esther",    "Eva",     "Fiona",     "Florence", "Frances",  "Freya",     "Grace",
    "Greta",   "Hannah",   "Helen",     "Ida",     "Ingrid",    "Irene",    "Iris",     "Isabel",    "Jane",
    "Jasmine", "Joanna",   "Josephine", "Judith",  "Julia",     "Karen",    "Katja",    "Laura",     "Lea",
    "Leila",   "Lena",     "Linda",     "Lucy",    "Magdalena", "Margaret", "Maria",    "Martha",    "Maya",
    "Mia",     "Monica",   "Nadia",     "Nina",    "Nora",      "Olga",     "Olivia",   "Paula",     "Rachel",
    "Rebecca", "Rosa",     "Ruth",      "Sarah",   "Sofia",     "Stella",   "Susan",    "Teresa",    "Valerie",
    "Vera",    "Victoria", "Wendy",     "Yvonne",  "Zoe"};
constexpr std::string_view kLastNames[] = {
    "Adams",    "Ahmed",    "Allen",    "Andersen", "Bailey",  "Baker",    "Barnes",   "Bauer",     "Becker",
    "Bell",     "Bennett",  "Berg",     "Bianchi",  "Brooks",  "Brown",    "Carter",   "Castro",    "Chen",
    "Clark",    "Collins",  "Cook",     "Cooper",   "Costa",   "Cox",      "Cruz",     "Dahl",      "Davies",
    "Diaz",     "Dubois",   "Edwards",  "Evans",    "Fischer", "Fisher",   "Flores",   "Foster",    "Fraser",
    "Garcia",   "Gomez",    "Gray",     "Green",    "Hall",    "Hansen",   "Harris",   "Hayes",     "Hill",
    "Hoffman",  "Holm",     "Howard",   "Hughes",   "Ivanov",  "Jackson",  "Jansen",   "Jensen",    "Johnson",
    "Jones",    "Kelly",    "Khan",     "Kim",      "King",    "Klein",    "Kowalski", "Kramer",    "Larsen",
    "Lee",      "Lewis",    "Lindberg", "Lopez",    "Mancini", "Marino",   "Martin",   "Meyer",     "Miller",
    "Mitchell", "Moore",    "Morales",  "Morgan",   "Morris",  "Murphy",   "Murray",   "Nguyen",    "Nielsen",
    "Novak",    "Olsen",    "Ortiz",    "Parker",   "Patel",   "Peterson", "Phillips", "Popov",     "Price",
    "Ramos",    "Reed",     "Reyes",    "Richards", "Rivera",  "Roberts",  "Robinson", "Rogers",    "Romero",
    "Rossi",    "Russell",  "Ryan",     "Sanchez",  "Santos",  "Sato",     "Schmidt",  "Schneider", "Scott",
    "Silva",    "Singh",    "Smith",    "Sokolov",  "Stewart", "Suzuki",   "Svensson", "Tanaka",    "Taylor",
    "Thompson", "Torres",   "Turner",   "Varga",    "Vega",    "Wagner",   "Walker",   "Wang",      "Ward",
    "Watson",   "Weber",    "White",    "Williams", "Wilson",  "Wood",     "Wright",   "Yamada",    "Young",
    "Zhang",    "Zimmerman"};
constexpr std::string_view kMaleTitles[] = {"Mr.", "Dr.", "Prof.", "Sir"};
constexpr std::string_view kFemaleTitles[] = {"Mrs.", "Ms.", "Miss", "Dr.", "Prof."};
constexpr std::string_view kPlainWords[] = {
    "about",   "above",  "after",   "again",    "almost",  "along",     "amber",    "anchor",   "animal",   "answer",
    "apple",   "arrow",  "autumn",  "back",     "balance", "basket",    "beach",    "before",   "bell",     "below",
    "bench",   "better", "between", "bird",     "blue",    "board",     "boat",     "book",     "bottle",   "bottom",
    "branch",  "bread",  "bridge",  "bright",   "bring",   "brother",   "brown",    "bucket",   "build",    "button",
    "calm",    "candle", "carry",   "castle",   "center",  "chair",     "change",   "cheese",   "child",    "choose",
    "circle",  "city",   "clean",   "clear",    "climb",   "clock",     "cloud",    "coast",    "coffee",   "cold",
    "color",   "common", "copper",  "corner",   "cotton",  "count",     "country",  "cover",    "cross",    "crowd",
    "dance",   "dark",   "day",     "deep",     "desk",    "different", "distance", "doctor",   "door",     "down",
    "dream",   "drive",  "early",   "earth",    "east",    "easy",      "edge",     "eight",    "empty",    "evening",
    "every",   "face",   "family",  "farm",     "fast",    "father",    "feather",  "field",    "fine",     "finger",
    "fire",    "first",  "fish",    "flat",     "floor",   "flower",    "follow",   "forest",   "forward",  "four",
    "fresh",   "friend", "front",   "fruit",    "garden",  "gate",      "gentle",   "glass",    "gold",     "grain",
    "grass",   "great",  "green",   "ground",   "group",   "grow",      "half",     "hand",     "happy",    "harbor",
    "head",    "hear",   "heart",   "heavy",    "high",    "hill",      "hold",     "home",     "honest",   "horse",
    "hour",    "house",  "idea",    "inside",   "iron",    "island",    "join",     "journey",  "jump",     "keep",
    "kitchen", "know",   "lake",    "lamp",     "land",    "large",     "late",     "laugh",    "leaf",     "learn",
    "leave",   "left",   "letter",  "level",    "light",   "line",      "listen",   "little",   "local",    "long",
    "look",    "low",    "machine", "main",     "make",    "many",      "market",   "meadow",   "measure",  "meet",
    "middle",  "milk",   "mirror",  "money",    "month",   "moon",      "morning",  "mother",   "mountain", "move",
    "music",   "narrow", "nature",  "near",     "never",   "night",     "north",    "notice",   "number",   "ocean",
    "offer",   "often",  "open",    "orange",   "order",   "other",     "outside",  "over",     "page",     "paint",
    "paper",   "part",   "past",    "path",     "people",  "picture",   "piece",    "place",    "plain",    "plant",
    "plate",   "play",   "pocket",  "point",    "pond",    "port",      "present",  "press",    "quick",    "quiet",
    "rain",    "reach",  "ready",   "record",   "red",     "remain",    "rest",     "ribbon",   "rice",     "right",
    "ring",    "rise",   "river",   "road",     "rock",    "roof",      "room",     "round",    "route",    "sail",
    "salt",    "same",   "sand",    "school",   "season",  "second",    "seed",     "sentence", "seven",    "shadow",
    "shape",   "share",  "sharp",   "shell",    "ship",    "shore",     "short",    "side",     "signal",   "silver",
    "simple",  "sister", "sky",     "sleep",    "slow",    "small",     "smile",    "smooth",   "snow",     "soft",
    "song",    "sound",  "south",   "space",    "speak",   "spring",    "square",   "stand",    "star",     "start",
    "station", "stay",   "steady",  "stone",    "store",   "story",     "stream",   "street",   "strong",   "summer",
    "sun",     "sweet",  "table",   "tall",     "teach",   "tell",      "tent",     "third",    "thread",   "three",
    "tide",    "time",   "today",   "together", "tower",   "town",      "track",    "trade",    "train",    "travel",
    "tree",    "turn",   "twelve",  "under",    "until",   "upper",     "use",      "valley",   "village",  "visit",
    "voice",   "wait",   "walk",    "wall",     "warm",    "watch",     "water",    "wave",     "week",     "west",
    "wheel",   "while",  "white",   "wide",     "wild",    "wind",      "window",   "winter",   "wish",     "wood",
    "word",    "work",   "world",   "write",    "year",    "yellow",    "yes",      "young"};
constexpr std::string_view kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
constexpr std::string_view kWeekdays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::string_view kTimezones[] = {
    "Africa/Cairo",        "Africa/Johannesburg", "Africa/Lagos",     "Africa/Nairobi",     "America/Anchorage",
    "America/Bogota",      "America/Chicago",     "America/Denver",   "America/Halifax",    "America/Lima",
    "America/Los_Angeles", "America/Mexico_City", "America/New_York", "America/Sao_Paulo",  "America/Toronto",
    "Asia/Bangkok",        "Asia/Dhaka",          "Asia/Dubai",       "Asia/Hong_Kong",     "Asia/Jakarta",
    "Asia/Karachi",        "Asia/Kolkata",        "Asia/Manila",      "Asia/Seoul",         "Asia/Shanghai",
    "Asia/Singapore",      "Asia/Tashkent",       "Asia/Tokyo",       "Atlantic/Reykjavik", "Australia/Melbourne",
    "Australia/Perth",     "Australia/Sydney",    "Europe/Amsterdam", "Europe/Athens",      "Europe/Berlin",
    "Europe/Helsinki",     "Europe/Lisbon",       "Europe/London",    "Europe/Madrid",      "Europe/Moscow",
    "Europe/Paris",        "Europe/Rome",         "Europe/Stockholm", "Europe/Warsaw",      "Pacific/Auckland",
    "Pacific/Honolulu"};
constexpr std::string_view kCurrencies[] = {"AED", "ARS", "AUD", "BRL", "CAD", "CHF", "CNY", "COP", "CZK", "DKK",
                                            "EGP", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "KES", "KZT",
                                            "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN",
                                            "RON", "SAR", "SEK", "SGD", "THB", "TRY", "UAH", "USD", "ZAR"};
constexpr std::string_view kCities[] = {
    "Amsterdam", "Athens",    "Auckland", "Bangkok",  "Barcelona",  "Berlin",  "Bogota", "Boston",    "Bremen",
    "Brussels",  "Budapest",  "Cairo",    "Chicago",  "Copenhagen", "Dallas",  "Delhi",  "Denver",    "Dublin",
    "Geneva",    "Hamburg",   "Hanoi",    "Helsinki", "Istanbul",   "Jakarta", "Kyoto",  "Lagos",     "Leeds",
    "Lima",      "Lisbon",    "London",   "Lyon",     "Madrid",     "Malmo",   "Manila", "Melbourne", "Milan",
    "Montreal",  "Mumbai",    "Munich",   "Nairobi",  "Naples",     "Osaka",   "Oslo",   "Paris",     "Perth",
    "Porto",     "Prague",    "Riga",     "Rome",     "Santiago",   "Seattle", "Seoul",  "Seville",   "Singapore",
    "Sofia",     "Stockholm", "Sydney",   "Tallinn",  "Tokyo",      "Toronto", "Turin",  "Utrecht",   "Valencia",
    "Vienna",    "Vilnius",   "Warsaw",   "Zurich"};
constexpr std::string_view kCountries[] = {
    "Argentina",      "Australia",     "Austria",     "Belgium", "Brazil",      "Bulgaria",  "Canada",    "Chile",
    "China",          "Colombia",      "Croatia",     "Czechia", "Denmark",     "Egypt",     "Estonia",   "Finland",
    "France",         "Germany",       "Greece",      "Hungary", "Iceland",     "India",     "Indonesia", "Ireland",
    "Israel",         "Italy",         "Japan",       "Kenya",   "Latvia",      "Lithuania", "Malaysia",  "Mexico",
    "Morocco",        "Netherlands",   "New Zealand", "Nigeria", "Norway",      "Pakistan",  "Peru",      "Philippines",
    "Poland",         "Portugal",      "Romania",     "Senegal", "Serbia",      "Singapore", "Slovakia",  "Slovenia",
    "South Africa",   "South Korea",   "Spain",       "Sweden",  "Switzerland", "Thailand",  "Turkey",    "Ukraine",
    "United Kingdom", "United States", "Uruguay",     "Vietnam"};
constexpr std::string_view kStreetKinds[] = {"Street", "Avenue", "Road", "Lane",  "Drive",
                                             "Court",  "Square", "Way",  "Place", "Terrace"};
constexpr std::string_view kCompanyKinds[] = {"Ltd",   "Inc",      "GmbH",     "AG",   "LLC",
                                              "Group", "and Sons", "Partners", "Labs", "Works"};
// NOLINTBEGIN(bugprone-suspicious-missing-comma): long ones stand on two lines
constexpr std::string_view kUserAgents[] = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile "
    "Safari/537.36"};
// NOLINTEND(bugprone-suspicious-missing-comma)
constexpr std::string_view kTopDomains[] = {"example.com", "example.net", "example.org"};

}  // namespace

Words MaleNames() { return kMaleNames; }
Words FemaleNames() { return kFemaleNames; }
Words LastNames() { return kLastNames; }
Words MaleTitles() { return kMaleTitles; }
Words FemaleTitles() { return kFemaleTitles; }
Words PlainWords() { return kPlainWords; }
Words Months() { return kMonths; }
Words Weekdays() { return kWeekdays; }
Words Timezones() { return kTimezones; }
Words Currencies() { return kCurrencies; }
Words Cities() { return kCities; }
Words Countries() { return kCountries; }
Words StreetKinds() { return kStreetKinds; }
Words CompanyKinds() { return kCompanyKinds; }
Words UserAgents() { return kUserAgents; }
Words TopDomains() { return kTopDomains; }

}  // namespace mockarty::fake

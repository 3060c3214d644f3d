#include "engine/clients/http/digest_auth.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/clients/http/text.h"

namespace mockarty {
namespace {

constexpr size_t kMaxChallengeBytes = 8 * 1024;

struct Challenge {
  std::string realm;
  std::string nonce;
  std::string opaque;
  std::string algorithm;
  std::string qop;
  bool has_opaque = false;
};

// Takes `name=value` or `name="value"` off the front. False at the end and at what is not of that form.
bool TakeParameter(std::string_view* text, std::string* name, std::string* value) {
  while (!text->empty() && (text->front() == ' ' || text->front() == '\t' || text->front() == ',')) {
    text->remove_prefix(1);
  }
  const size_t equals = text->find('=');
  if (equals == std::string_view::npos) return false;
  *name = TrimSpace(text->substr(0, equals));
  LowerAscii(name);
  if (!IsHttpToken(*name)) return false;
  text->remove_prefix(equals + 1);
  *text = TrimSpace(*text);
  value->clear();
  if (text->empty() || text->front() != '"') {
    const size_t end = std::min(text->find(','), text->size());
    *value = TrimSpace(text->substr(0, end));
    text->remove_prefix(end);
    return true;
  }
  size_t i = 1;
  for (; i < text->size() && (*text)[i] != '"'; ++i) {
    if ((*text)[i] == '\\' && i + 1 < text->size()) ++i;
    value->push_back((*text)[i]);
  }
  if (i >= text->size()) return false;
  text->remove_prefix(i + 1);
  return true;
}

std::optional<Challenge> Parse(std::string_view text) {
  if (text.size() > kMaxChallengeBytes || text.size() < 7 || !EqualsIgnoreCase(text.substr(0, 7), "digest ")) {
    return std::nullopt;
  }
  text.remove_prefix(7);
  Challenge challenge;
  std::string name, value;
  while (TakeParameter(&text, &name, &value)) {
    if (name == "realm") challenge.realm = value;
    if (name == "nonce") challenge.nonce = value;
    if (name == "algorithm") challenge.algorithm = value;
    if (name == "qop") challenge.qop = value;
    if (name == "opaque") {
      challenge.opaque = value;
      challenge.has_opaque = true;
    }
  }
  if (challenge.nonce.empty()) return std::nullopt;
  return challenge;
}

std::string Hash(const EVP_MD* digest, std::initializer_list<std::string_view> parts) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned size = 0;
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, digest, nullptr);
  bool first = true;
  for (const std::string_view part : parts) {
    if (!first) EVP_DigestUpdate(context, ":", 1);
    first = false;
    EVP_DigestUpdate(context, part.data(), part.size());
  }
  EVP_DigestFinal_ex(context, bytes.data(), &size);
  EVP_MD_CTX_free(context);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(bytes.data()), size));
}

// The one of the list that we use: auth before auth-int.
std::string_view ChooseQop(std::string_view list) {
  std::string_view chosen;
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    const std::string_view element = TrimSpace(list.substr(0, end));
    if (EqualsIgnoreCase(element, "auth")) return "auth";
    if (EqualsIgnoreCase(element, "auth-int")) chosen = "auth-int";
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return chosen;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::optional<std::string> AnswerDigestChallenge(std::string_view challenge, std::string_view user_info,
                                                 std::string_view method, std::string_view target,
                                                 std::string_view body) {
  std::array<unsigned char, 16> random;
  if (RAND_bytes(random.data(), random.size()) != 1) return std::nullopt;
  return AnswerDigestChallenge(
      challenge, user_info, method, target, body,
      absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(random.data()), random.size())));
}

std::optional<std::string> AnswerDigestChallenge(std::string_view text, std::string_view user_info,
                                                 std::string_view method, std::string_view target,
                                                 std::string_view body, std::string_view client_nonce) {
  const auto challenge = Parse(text);
  if (!challenge.has_value()) return std::nullopt;
  std::string algorithm = challenge->algorithm.empty() ? "MD5" : challenge->algorithm;
  std::string_view plain = algorithm;
  const bool session = plain.size() > 5 && EqualsIgnoreCase(plain.substr(plain.size() - 5), "-sess");
  if (session) plain.remove_suffix(5);
  const EVP_MD* digest = EqualsIgnoreCase(plain, "MD5")       ? EVP_md5()
                         : EqualsIgnoreCase(plain, "SHA-256") ? EVP_sha256()
                                                              : nullptr;
  const std::string_view qop = ChooseQop(challenge->qop);
  if (digest == nullptr || (qop.empty() && !challenge->qop.empty())) return std::nullopt;
  const size_t colon = std::min(user_info.find(':'), user_info.size());
  const std::string_view user = user_info.substr(0, colon);
  const std::string_view password = user_info.substr(std::min(colon + 1, user_info.size()));
  constexpr std::string_view kCount = "00000001";

  std::string secret = Hash(digest, {user, challenge->realm, password});
  if (session) secret = Hash(digest, {secret, challenge->nonce, client_nonce});
  const std::string asked =
      qop == "auth-int" ? Hash(digest, {method, target, Hash(digest, {body})}) : Hash(digest, {method, target});
  const std::string answer = qop.empty() ? Hash(digest, {secret, challenge->nonce, asked})
                                         : Hash(digest, {secret, challenge->nonce, kCount, client_nonce, qop, asked});
  std::string field =
      absl::StrCat("Digest username=", Quoted(user), ", realm=", Quoted(challenge->realm),
                   ", nonce=", Quoted(challenge->nonce), ", uri=", Quoted(target), ", response=\"", answer, "\"");
  if (!challenge->algorithm.empty()) absl::StrAppend(&field, ", algorithm=", algorithm);
  if (challenge->has_opaque) absl::StrAppend(&field, ", opaque=", Quoted(challenge->opaque));
  if (!qop.empty()) {
    absl::StrAppend(&field, ", qop=", std::string(qop), ", nc=", std::string(kCount), ", cnonce=\"",
                    std::string(client_nonce), "\"");
  }
  return field;
}

}  // namespace mockarty

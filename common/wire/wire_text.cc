#include "common/wire/wire_text.h"

#include <algorithm>

#include "common/report/utf8.h"

namespace mockarty {

bool IsUtf8(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return true;
  }
  while (!text.empty()) {
    const Utf8Character character = NextUtf8(text);
    if (!character.valid) {
      return false;
    }
    text.remove_prefix(character.bytes);
  }
  return true;
}

void SetUtf8(std::string_view text, std::string* out) {
  if (IsUtf8(text)) {
    out->assign(text.data(), text.size());
    return;
  }
  out->clear();
  while (!text.empty()) {
    const Utf8Character character = NextUtf8(text);
    out->append(character.valid ? text.substr(0, character.bytes) : std::string_view("\uFFFD"));
    text.remove_prefix(character.bytes);
  }
}

std::string Utf8Head(std::string_view text, size_t max_bytes) {
  std::string head;
  while (!text.empty()) {
    const Utf8Character character = NextUtf8(text);
    const std::string_view next = character.valid ? text.substr(0, character.bytes) : std::string_view("\uFFFD");
    if (head.size() + next.size() > max_bytes) {
      break;
    }
    head.append(next);
    text.remove_prefix(character.bytes);
  }
  return head;
}

absl::Status InField(std::string_view where, const absl::Status& status) {
  return absl::Status(status.code(), Concat(where, ": ", ToStd(status.message())));
}

}  // namespace mockarty

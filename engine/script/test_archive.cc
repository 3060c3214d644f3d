#include "engine/script/test_archive.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"

namespace mockarty {
namespace {

constexpr size_t kBlock = 512;
constexpr std::string_view kMetadata = "metadata.json";
constexpr std::string_view kFilesFolder = "files/";
constexpr std::string_view kFormat = "mockarty-test";
constexpr int kVersion = 1;

// Fields of a ustar header: offset and size.
struct Field {
  size_t offset;
  size_t size;
};
constexpr Field kName{0, 100}, kMode{100, 8}, kUid{108, 8}, kGid{116, 8}, kSize{124, 12}, kTime{136, 12},
    kChecksum{148, 8}, kType{156, 1}, kMagic{257, 8}, kPrefix{345, 155};
constexpr std::string_view kUstar = std::string_view("ustar\00000", 8);

void Put(std::string& header, Field field, std::string_view text) {
  header.replace(field.offset, std::min(text.size(), field.size), text.substr(0, field.size));
}

void PutOctal(std::string& header, Field field, uint64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%0*llo", static_cast<int>(field.size) - 1, static_cast<unsigned long long>(value));
  Put(header, field, text);
}

// The checksum counts its own field as blanks.
uint64_t ChecksumOf(std::string_view header) {
  uint64_t sum = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    const bool own = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.size;
    sum += own ? ' ' : static_cast<unsigned char>(header[i]);
  }
  return sum;
}

absl::Status AppendEntry(std::string& tar, std::string_view name, std::string_view bytes) {
  std::string header(kBlock, '\0');
  std::string_view rest = name;
  if (name.size() > kName.size) {
    // The prefix ends at a slash; it and the name have to fit.
    const size_t slash = name.rfind('/', std::min(kPrefix.size, name.size() - 1));
    if (slash == name.npos || name.size() - slash - 1 > kName.size) {
      return absl::InvalidArgumentError(Concat("the path '", Printable(name, 300), "' is too long for an archive"));
    }
    Put(header, kPrefix, name.substr(0, slash));
    rest = name.substr(slash + 1);
  }
  Put(header, kName, rest);
  PutOctal(header, kMode, 0644);
  PutOctal(header, kUid, 0);
  PutOctal(header, kGid, 0);
  PutOctal(header, kSize, bytes.size());
  PutOctal(header, kTime, 0);
  Put(header, kType, "0");
  Put(header, kMagic, kUstar);
  PutOctal(header, {kChecksum.offset, 7}, ChecksumOf(header));
  header[kChecksum.offset + 7] = ' ';
  tar += header;
  tar += bytes;
  tar.resize((tar.size() + kBlock - 1) / kBlock * kBlock, '\0');
  return absl::OkStatus();
}

std::string EntryName(std::string_view path) {
  std::string name(kFilesFolder);
  for (size_t start = 0; start <= path.size();) {
    const size_t end = std::min(path.find('/', start), path.size());
    const std::string_view part = path.substr(start, end - start);
    name.append(start > 0 ? "/" : "").append(part == ".." ? "_up" : part.empty() ? "_root" : part);
    start = end + 1;
  }
  return name;
}

absl::Status Damaged(std::string_view what) {
  return absl::InvalidArgumentError(Concat("this is not an archive of a test: ", what));
}

std::string_view TextField(std::string_view header, Field field) {
  const std::string_view text = header.substr(field.offset, field.size);
  return text.substr(0, text.find('\0'));
}

bool OctalField(std::string_view header, Field field, uint64_t* value) {
  *value = 0;
  bool digits = false;
  for (const char c : header.substr(field.offset, field.size)) {
    if (c == ' ' && !digits) {
      continue;
    }
    if (c < '0' || c > '7') {
      return digits && (c == '\0' || c == ' ');
    }
    digits = true;
    *value = *value * 8 + static_cast<uint64_t>(c - '0');
    if (*value > uint64_t{1} << 40) {
      return false;
    }
  }
  return digits;
}

// Entries by their names.
absl::StatusOr<std::map<std::string, std::string_view>> ReadEntries(std::string_view tar) {
  std::map<std::string, std::string_view> entries;
  while (tar.size() >= kBlock && tar.find_first_not_of('\0') < kBlock) {
    const std::string_view header = tar.substr(0, kBlock);
    uint64_t checksum = 0;
    uint64_t size = 0;
    if (header.substr(kMagic.offset, 5) != "ustar" || !OctalField(header, kChecksum, &checksum) ||
        checksum != ChecksumOf(header) || !OctalField(header, kSize, &size)) {
      return Damaged("a header is damaged");
    }
    const uint64_t padded = (size + kBlock - 1) / kBlock * kBlock;
    if (padded > tar.size() - kBlock) {
      return Damaged("it ends in the middle of a file");
    }
    if (entries.size() > TestFiles::kMaxFiles) {
      return Damaged(Concat("it has more than ", TestFiles::kMaxFiles, " files"));
    }
    const char type = header[kType.offset];
    if (type == '0' || type == '\0') {
      const std::string_view prefix = TextField(header, kPrefix);
      entries[Concat(prefix, prefix.empty() ? "" : "/", TextField(header, kName))] = tar.substr(kBlock, size);
    }
    tar.remove_prefix(kBlock + padded);
  }
  return entries;
}

absl::StatusOr<boost::json::object> ReadMetadata(std::string_view text) {
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
  if (error || !value.is_object()) {
    return Damaged("metadata.json is no JSON object");
  }
  boost::json::object metadata = value.as_object();
  const boost::json::value* format = metadata.if_contains("format");
  if (format == nullptr || !format->is_string() ||
      format->as_string() != boost::json::string_view(kFormat.data(), kFormat.size())) {
    return Damaged("metadata.json names another format");
  }
  const boost::json::value* version = metadata.if_contains("version");
  if (version == nullptr || !version->is_int64() || version->as_int64() != kVersion) {
    return absl::InvalidArgumentError(
        Concat("the archive is of a version that this program does not know; it knows ", kVersion));
  }
  return metadata;
}

}  // namespace

bool LooksLikeTestArchive(std::string_view bytes) {
  return bytes.size() >= kBlock && bytes.substr(kMagic.offset, 5) == "ustar";
}

absl::StatusOr<std::string> WriteTestArchive(const std::string& main,
                                             const std::map<std::string, TestFiles::Bytes>& files) {
  boost::json::object names;
  for (const auto& [path, bytes] : files) {
    names[EntryName(path)] = path;
  }
  boost::json::object metadata;
  metadata["format"] = boost::json::string_view(kFormat.data(), kFormat.size());
  metadata["version"] = kVersion;
  metadata["main"] = main;
  metadata["files"] = std::move(names);
  std::string tar;
  RETURN_IF_ERROR(AppendEntry(tar, kMetadata, boost::json::serialize(metadata)));
  for (const auto& [path, bytes] : files) {
    RETURN_IF_ERROR(AppendEntry(tar, EntryName(path), *bytes));
  }
  tar.append(2 * kBlock, '\0');
  return tar;
}

absl::StatusOr<TestArchive> ReadTestArchive(std::string_view bytes) {
  using Entries = std::map<std::string, std::string_view>;
  ASSIGN_OR_RETURN(const Entries entries, ReadEntries(bytes));
  const auto metadata_entry = entries.find(std::string(kMetadata));
  if (metadata_entry == entries.end()) {
    return Damaged("it has no metadata.json");
  }
  ASSIGN_OR_RETURN(const boost::json::object metadata, ReadMetadata(metadata_entry->second));
  TestArchive archive;
  if (const boost::json::value* main = metadata.if_contains("main"); main != nullptr && main->is_string()) {
    archive.main = std::string(main->as_string());
  }
  const boost::json::value* names = metadata.if_contains("files");
  if (names == nullptr || !names->is_object()) {
    return Damaged("metadata.json lists no files");
  }
  for (const auto& [entry, path] : names->as_object()) {
    const auto found = entries.find(std::string(entry));
    if (found == entries.end() || !path.is_string()) {
      return Damaged(Concat("it has no entry '", Printable(std::string_view(entry.data(), entry.size()), 200), "'"));
    }
    archive.files.emplace(std::string(path.as_string()), std::string(found->second));
  }
  if (archive.files.count(archive.main) == 0) {
    return Damaged(Concat("its main script '", Printable(archive.main, 200), "' is missing"));
  }
  return archive;
}

}  // namespace mockarty

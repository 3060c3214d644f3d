#include "agent/archive_cache.h"

#include <utility>

#include "common/base/concat.h"
#include "common/base/sha256.h"

namespace mockarty {

ArchiveBytes ArchiveCache::Find(std::string_view hash) {
  auto found = kept_.find(hash);
  if (found == kept_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second.place);
  return found->second.archive;
}

bool ArchiveCache::BeginDownload(const std::string& hash, uint64_t bytes, uint32_t link) {
  return downloads_.try_emplace(hash, Download{.total = bytes, .link = link, .data = {}}).second;
}

void ArchiveCache::CancelDownload(std::string_view hash) {
  auto found = downloads_.find(hash);
  if (found != downloads_.end()) downloads_.erase(found);
}

std::vector<std::string> ArchiveCache::CancelDownloadsOf(uint32_t link) {
  std::vector<std::string> hashes;
  for (auto download = downloads_.begin(); download != downloads_.end();) {
    if (download->second.link == link) {
      hashes.push_back(download->first);
      download = downloads_.erase(download);
    } else {
      ++download;
    }
  }
  return hashes;
}

absl::StatusOr<ArchiveBytes> ArchiveCache::AddChunk(std::string_view hash, uint32_t link, uint64_t offset,
                                                    uint64_t total, std::string_view data) {
  auto found = downloads_.find(hash);
  if (found == downloads_.end() || found->second.link != link) return ArchiveBytes();
  Download& download = found->second;
  absl::Status wrong;
  if (total != download.total) {
    wrong = absl::InvalidArgumentError(
        Concat("archive ", hash, ": a chunk says the archive has ", total, " bytes, expected ", download.total));
  } else if (offset > download.data.size() || offset > total || data.size() > total - offset) {
    wrong = absl::InvalidArgumentError(Concat("archive ", hash, ": a chunk of ", data.size(), " bytes at ", offset,
                                              ", expected at most ", total - download.data.size(), " at ",
                                              download.data.size()));
  }
  if (!wrong.ok()) {
    downloads_.erase(found);
    return wrong;
  }
  // A chunk that came before is passed over, and of one that overlaps the new part is taken.
  if (offset + data.size() > download.data.size()) download.data.append(data.substr(download.data.size() - offset));
  if (download.data.size() < total) return ArchiveBytes();

  auto archive = std::make_shared<const std::string>(std::move(download.data));
  downloads_.erase(found);
  std::string actual = Sha256Hex(*archive);
  if (actual != hash) {
    return absl::InvalidArgumentError(Concat("archive ", hash, ": what came has the SHA-256 ", actual));
  }
  Keep(actual, archive);
  return archive;
}

void ArchiveCache::Keep(const std::string& hash, ArchiveBytes archive) {
  if (archive->size() > max_bytes_ || kept_.contains(hash)) return;
  bytes_ += archive->size();
  by_use_.push_front(hash);
  kept_[hash] = Kept{.archive = std::move(archive), .place = by_use_.begin()};
  while (bytes_ > max_bytes_) {
    auto oldest = kept_.find(by_use_.back());
    bytes_ -= oldest->second.archive->size();
    kept_.erase(oldest);
    by_use_.pop_back();
  }
}

}  // namespace mockarty

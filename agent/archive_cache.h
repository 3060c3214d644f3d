// Archives by their SHA-256: those that are here, and those that are on their way in chunks.
//
// Each hash is downloaded once however many assignments want it. What is kept is bounded in bytes, the archive that was
// used longest ago goes first; assignments share what they use, so that dropping one here takes it from nobody.
// Not thread-safe.
#ifndef AGENT_ARCHIVE_CACHE_H_
#define AGENT_ARCHIVE_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mockarty {

using ArchiveBytes = std::shared_ptr<const std::string>;

inline constexpr uint64_t kMaxArchiveBytes = 64u << 20;

class ArchiveCache {
 public:
  explicit ArchiveCache(size_t max_bytes) : max_bytes_(max_bytes) {}

  // nullptr when it is not here.
  ArchiveBytes Find(std::string_view hash);

  // The size is what the offer said: from 1 to kMaxArchiveBytes. False: it is on its way already.
  bool BeginDownload(const std::string& hash, uint64_t bytes, uint32_t link);
  bool IsDownloading(std::string_view hash) const { return downloads_.find(hash) != downloads_.end(); }
  void CancelDownload(std::string_view hash);
  // The hashes whose download ended with the link.
  std::vector<std::string> CancelDownloadsOf(uint32_t link);

  // The archive when the chunk was the last one, nullptr while there is more to come (also for a chunk that came again
  // or that nobody waits for). InvalidArgument: the chunk does not fit or the whole has another hash; that download is
  // over then.
  absl::StatusOr<ArchiveBytes> AddChunk(std::string_view hash, uint32_t link, uint64_t offset, uint64_t total,
                                        std::string_view data);

  size_t bytes() const { return bytes_; }

 private:
  struct Download {
    uint64_t total = 0;
    uint32_t link = 0;
    std::string data;
  };
  struct Kept {
    ArchiveBytes archive;
    std::list<std::string>::iterator place;
  };

  void Keep(const std::string& hash, ArchiveBytes archive);

  const size_t max_bytes_;
  size_t bytes_ = 0;
  std::map<std::string, Kept, std::less<>> kept_;
  std::list<std::string> by_use_;  // the latest first
  std::map<std::string, Download, std::less<>> downloads_;
};

}  // namespace mockarty

#endif  // AGENT_ARCHIVE_CACHE_H_

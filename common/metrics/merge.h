// The one way in which measurements join: from threads to a run, from runners to a run, and from windows to a longer
// window when a link is slow. Pure; associative and commutative; a default Window is its neutral element.
#ifndef COMMON_METRICS_MERGE_H_
#define COMMON_METRICS_MERGE_H_

#include <vector>

#include "common/metrics/window.h"

namespace mockarty {

// Adds all samples of `from`. Of windows of different sources the merged source is kSeveralSources, and its sequence
// numbers mean nothing more; keeping the same window from being merged twice is RunAggregate's part.
void Merge(const Window& from, Window& into);

// Adds the samples of a series. Both must have the same id and kind.
void MergeSeries(const SeriesDelta& from, SeriesDelta& into);

// Sorts by id and joins entries of the same id: makes the order that Window::series promises.
void SortAndJoin(std::vector<SeriesDelta>& series);

// Moves all instants by `by`: from a clock to offsets from an instant of it.
void ShiftTimes(Nanos by, Window& window);

// Joins entries by source: the latest `now` (of equal instants the larger), the largest peak.
void MergeVus(const std::vector<SourceVus>& from, std::vector<SourceVus>& into);

}  // namespace mockarty

#endif  // COMMON_METRICS_MERGE_H_

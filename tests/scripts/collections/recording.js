// file: parts/recording.har
// replace: TARGET -> {TARGET}
// expect-metric: http_reqs.count == 3
// expect-metric: http_req_failed.rate > 0
// expect-metric: group_duration.count == 1
// expect-output: recording.har: 1 entries are no requests over HTTP and are left out
// note: what runs is the recording

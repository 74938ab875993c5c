// The suites of StorageContract are found and run through this target, which links them.
internal import StorageContract

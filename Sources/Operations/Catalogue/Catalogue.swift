/// All operations, in the order in which they are listed everywhere.
///
/// The first one reads only and can be called without arguments, which clients that probe a server rely on.
public enum Catalogue {
  public static let all: [AnyOperation] = [
    AnyOperation(ListContexts.self),
    AnyOperation(GetContextInfo.self),
    AnyOperation(Remember.self),
    AnyOperation(Recall.self),
    AnyOperation(Reference.self),
    AnyOperation(UpdateMemory.self),
    AnyOperation(Forget.self),
    AnyOperation(RestoreMemory.self),
    AnyOperation(LoadPinned.self),
    AnyOperation(ListMemories.self),
    AnyOperation(GetHistory.self),
    AnyOperation(ListTags.self),
    AnyOperation(Explore.self),
    AnyOperation(ListEdges.self),
    AnyOperation(CreateEdge.self),
    AnyOperation(UpdateEdge.self),
    AnyOperation(DeleteEdge.self),
    AnyOperation(ImportEdges.self),
    AnyOperation(GetGraphStats.self),
    AnyOperation(ExportGraph.self),
    AnyOperation(SendFeedback.self),
    AnyOperation(SetState.self),
    AnyOperation(GetState.self),
    AnyOperation(CreateContext.self),
    AnyOperation(UpdateContext.self),
    AnyOperation(UpdateSearchConfig.self),
    AnyOperation(GetQueryLog.self),
    AnyOperation(DeleteContext.self),
    AnyOperation(MergeContexts.self),
    AnyOperation(ListEmbeddingModels.self),
    AnyOperation(GetEmbeddingStatus.self),
    AnyOperation(RetryEmbeddings.self),
    AnyOperation(ChangeEmbeddingModel.self),
    AnyOperation(UndoModelChange.self),
    AnyOperation(GetUsage.self),
    AnyOperation(CreateKey.self),
    AnyOperation(ListKeys.self),
    AnyOperation(RevokeKey.self),
    AnyOperation(ListPlugins.self),
    AnyOperation(InstallPlugin.self),
    AnyOperation(GetPlugin.self),
    AnyOperation(ConfigurePlugin.self),
    AnyOperation(GetPluginLogs.self),
    AnyOperation(RemovePlugin.self),
    AnyOperation(ListTasks.self),
    AnyOperation(RetryTask.self),
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// The operation of that name.
  public static func operation(_ name: String) -> AnyOperation? { byName[name] }
}

/** A refusal that is answered as it stands: an HTTP status and its JSON body. */
export class SoraError extends Error {
  override readonly name = "SoraError";

  constructor(
    readonly status: number,
    readonly body: object,
  ) {
    super(`HTTP ${status}`);
  }
}

/** The faults of the HTTP layer: what a target or a body can be refused for before any operation runs. */
type RequestErrorType =
  | "MissingService"
  | "InvalidTarget"
  | "MissingTarget"
  | "SchemaNotFound"
  | "MissingTargetFunction"
  | "MalformedJSON"
  | "InvalidJSON";

/**
 * Why an operation itself refused. Sora publishes no list of these names: they are the sandbox's own, so nobody should
 * expect them from a real Sora.
 */
export type SandboxErrorType =
  | "ChannelNotFound" // nobody is connected to the channel
  | "ClientNotFound" // no connection of the channel carries the client id
  | "ConnectionNotFound" // the connection is not, or no longer, in the channel
  | "StreamNotFound" // the viewer receives no video from that sender, or from nobody
  | "NotSimulcastStream" // a rid was asked for where no simulcast is sent
  | "NotSpotlightChannel" // a spotlight call on a channel without spotlight
  | "SpotlightFull" // every focus slot is held by a fixed focus
  | "MetadataNotObject" // a single key was set or deleted in metadata that are not a JSON object
  | "VideoNotSent" // a key frame was asked of a connection that sends no video, or not with that rid
  | "FilterExists" // a filter was created where there is one of that name
  | "FilterNotFound" // a filter was updated or deleted where there is none of that name
  | "FilterVersionMismatch" // an update gave another version than the filter has
  | "FilterNameIncomplete" // a filter was given a name without a priority, or a priority without a name
  | "SessionNotFound" // the channel's session has another id
  | "AlreadyRecording" // the session is being recorded
  | "NotRecording" // the session is not being recorded
  | "SplitDurationMissing" // a recording in split files only, without how long each is
  | "AlreadyAudioStreaming" // the session's audio is being streamed
  | "NotAudioStreaming" // the session's audio is not being streamed
  | "ClusterNodeNotFound" // no node of the cluster has that name
  | "ClusterNodeNotConnected" // the node to contact is in the cluster, but cannot be reached
  | "AlreadyInCluster" // this node is in the cluster
  | "ClusterUnavailable" // too few nodes of the cluster are connected to add one
  | "ClusterInUse" // a cluster was to be formed while the majority of the present one is connected
  | "ThisNodeNotListed"; // a cluster was to be formed without this node

/** A refusal by the HTTP front, or by an operation; then `error_reason` repeats the ids that it is about. */
export function refusal(error_type: RequestErrorType | SandboxErrorType, error_reason?: object): SoraError {
  return new SoraError(400, { error_type, error_reason });
}

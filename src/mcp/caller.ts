/**
 * Who calls, for as long as the server knows of it: over stdio one and the same, over HTTP whose token it is. By its
 * identity limits and jobs keep in mind what its later calls need.
 */
export interface Caller {
  /** As the file of callers has it; none over stdio. */
  readonly name?: string;
  /** Of an access token: whose it is among those whom the file has under one name. */
  readonly subject?: string;
}

using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Tasks;

namespace WorkflowEngine.Running;

public sealed partial class Burst
{
    private int _endings;
    private bool _halted;

    internal void Complete(ActivityContext context, Outcomes outcomes)
    {
        if (context.Status != ActivityStatus.Running) return;
        context.IsEnding = true;
        CancelBelow(context);

        // Cancelling the last child can complete the container from inside; Elsa then writes its completion twice, and so do we.
        context.State.Status = ActivityStatus.Completed;
        // What chose the outcomes of a workflow that began in an earlier run is not told with its end, in Elsa neither.
        var isTold = outcomes.IsExplicit && (context.Node.Activity is not WorkflowRoot || ThisRun.IsFirst);
        Journal(context, "Completed", isTold ? outcomes.Names : null, outputs: context.Given);
        try
        {
            _endings++;
            TellOwner(context, outcomes);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Elsa files a broken continuation under the activity that completed first: those around it, which that had brought to their end, go on.
            context.State.Status = ActivityStatus.Running;
            (context.IsReported, context.IsEnding) = (false, false);
            if (_endings > 1) throw;
            Fault(context, e);
            return;
        }
        finally
        {
            _endings--;
        }

        Release(context);
    }

    private static void TellOwner(ActivityContext context, Outcomes outcomes)
    {
        if (context.IsReported) return;
        context.IsReported = true;
        if (context.Parent is { } owner && owner.Epoch == context.OwnerEpoch) owner.Node.Activity.ChildCompleted(owner, context, outcomes);
    }

    /// <summary>Cancels an execution that runs or has failed: what is within first, so that nothing in it reacts, then itself; its owner hears of it.</summary>
    internal void Cancel(ActivityContext context)
    {
        if (context.Status is not (ActivityStatus.Running or ActivityStatus.Faulted)) return;
        context.IsCancelled = true;
        foreach (var child in context.Children.ToArray()) Cancel(child);
        Cancelled(context);
    }

    /// <summary>What still stands below an execution that completes is cancelled from the top down.</summary>
    private void CancelBelow(ActivityContext context)
    {
        foreach (var child in context.Children.ToArray())
        {
            if (child.Status is ActivityStatus.Completed or ActivityStatus.Canceled) continue;
            child.IsCancelled = true;
            Cancelled(child);
            CancelBelow(child);
        }
    }

    private void Cancelled(ActivityContext context)
    {
        if (context.Status == ActivityStatus.Faulted)
            for (var ancestor = context.Parent; ancestor is not null; ancestor = ancestor.Parent) ancestor.State.FaultCount--;
        context.State.Status = ActivityStatus.Canceled;
        Journal(context, "Canceled");
        Release(context);

        // Flowcharts look for work left even while they end: that is how Elsa comes to complete one twice. What is cancelled itself does not react. One
        // that was called complete when a race was decided still has ways in it, and hears of those that end.
        if (context.Parent is { Status: ActivityStatus.Running or ActivityStatus.Completed, IsCancelled: false } owner
            && (owner.Node.Activity is Flowchart || (owner.Status == ActivityStatus.Running && !owner.IsEnding)))
            owner.Node.Activity.ChildCancelled(owner, context);
    }

    /// <summary>What an ended execution lets go: its waits and tasks, its place below its owner, and word from what it had scheduled.</summary>
    private void Release(ActivityContext context)
    {
        for (var i = State.Bookmarks.Count - 1; i >= 0; i--)
        {
            var bookmark = State.Bookmarks[i];
            if (bookmark.ContextId != context.Id) continue;
            if (bookmark.Payload?["taskId"].AsText() is { } task && _endedTasks?.Contains(task) != true) Effects.TasksCancelled.Add(context.Id);
            RemoveBookmark(bookmark);
        }

        if (context.Status is ActivityStatus.Completed or ActivityStatus.Canceled) context.Parent?.Children.Remove(context);
        context.Epoch++;
    }

    /// <summary>Ends the instance: nothing that still runs, waits or completes leads anywhere any more.</summary>
    /// <exception cref="InvalidOperationException">It has failed already: a later end does not hide that.</exception>
    internal void Finish()
    {
        var hasFailed = State.SubStatus == SubStatus.Faulted;
        _queue.Clear();
        foreach (var context in _order) context.Epoch++;
        foreach (var bookmark in State.Bookmarks.ToArray()) RemoveBookmark(bookmark);
        if (hasFailed) throw new InvalidOperationException("What has failed cannot be finished any more.");
        (State.Status, State.SubStatus) = (InstanceStatus.Finished, SubStatus.Finished);
    }

    private void CancelInstance()
    {
        if (State.Status == InstanceStatus.Finished && State.SubStatus != SubStatus.Faulted) return;
        if (HasJustEnded) return;
        _queue.Clear();
        foreach (var bookmark in State.Bookmarks.ToArray()) RemoveBookmark(bookmark);
        (State.Status, State.SubStatus) = (InstanceStatus.Finished, SubStatus.Cancelled);
        Effects.CancelChildren = true;
    }

    private void Fault(ActivityContext context, Exception e)
    {
        // A script may throw any text, and what cannot be stored would stop the instance with another failure than this one.
        var (kind, message) = (e is ActivityFaultException known ? known.Kind : e.GetType().Name, StorableText.Mended(e.Message));
        if (context.Status != ActivityStatus.Faulted)
            for (var ancestor = context.Parent; ancestor is not null; ancestor = ancestor.Parent) ancestor.State.FaultCount++;
        context.State.Status = ActivityStatus.Faulted;
        Journal(context, "Faulted", message: message, outputs: context.Given);
        var attempt = (context.State.Failures ?? 0) + 1;
        context.State.Failures = attempt;
        if (TryAgainLater(context, attempt)) return;
        Report(context.Node, context.Id, kind, message, new JsonObject { ["attempt"] = attempt, ["inputs"] = context.State.Inputs?.DeepClone() });
        if (Head.Workflow.Options.IncidentStrategyType?.Contains("ContinueWithIncidents", StringComparison.Ordinal) != true)
            (State.Status, State.SubStatus) = (InstanceStatus.Finished, SubStatus.Faulted);
    }

    /// <summary>
    /// The activity's version does not exist here. Elsa fails outside the activity, at the root; nothing more runs, and the work stays queued for a
    /// retry after the definition or the catalog was mended.
    /// </summary>
    private void Halt(Work work)
    {
        _halted = true;
        _queue.Enqueue(work);
        Report(Head.Workflow.Root, "", "ActivityNotFoundException", $"Activity type '{work.Node.Type}' version '{work.Node.Version}' could not be found.");
        JournalRoot("Faulted");
        (State.Status, State.SubStatus) = (InstanceStatus.Finished, SubStatus.Faulted);
    }

    /// <summary>True: the activity's policy has another try for it; it stays failed until then, and nothing completes around it.</summary>
    private bool TryAgainLater(ActivityContext context, int attempt)
    {
        RetryPolicy? policy = null;
        if (RetryPolicy.IdOf(context.Node) is { } id && Facts.Reference.RetryPolicies?[id] is { } named) (Effects.Policies ??= [])[id] = named.DeepClone();
        try
        {
            policy = RetryPolicy.Of(context.Node, Facts.Reference);
        }
        catch (ActivityFaultException broken)
        {
            Journal(context, "Faulted", message: broken.Message);
        }

        if (policy is null || attempt > policy.Retries || State.Status != InstanceStatus.Running) return false;
        AddBookmark(new Bookmark
        {
            Id = Ids.NewGuid().ToString(),
            Name = RetryPolicy.Wait,
            ContextId = context.Id,
            NodeId = context.Node.NodeId,
            Payload = new JsonObject { ["attempt"] = attempt + 1 },
            DueAt = Now + policy.After(attempt),
            CreatedAt = Now,
        });
        return true;
    }

    private void Report(ActivityNode node, string contextId, string kind, string message, JsonObject? detail = null)
    {
        var (id, type) = (Ids.NewGuid(), node.Composite is null ? node.Activity.Descriptor.TypeName : node.Type);
        State.Incidents.Add(new IncidentState(id.ToString(), node.Id, node.NodeId, type, contextId, kind, message, Now));
        Effects.Incidents.Add(new NewIncident(id, node.Id, type, node.NodeId, kind, message, detail));
    }
}

using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using WorkflowHost.Designer;

namespace WorkflowHost.StudioApi;

/// <summary>The designer's page, Elsa Studio's files, and the Elsa contract that Studio and other clients of Elsa use.</summary>
public static class StudioSetup
{
    /// <summary>Registers them, in reading order.</summary>
    public static IServiceCollection AddStudio(this IServiceCollection services)
    {
        services.AddSingleton(new StudioFiles(Path.Combine(AppContext.BaseDirectory, "studio")));
        services.AddSingleton<SaveDefinition>();
        services.AddSingleton<DefinitionCommands>();
        services.AddSingleton<DefinitionQueries>();
        services.AddSingleton<StudioQueries>();
        services.AddSingleton<InstanceListQueries>();
        services.AddSingleton<ExecutionQueries>();
        services.AddSingleton<ActivityDescriptors>();
        services.AddSingleton<SubmitAlterations>();
        services.AddSingleton<TryOutActivity>();
        services.AddSingleton<ImportInstance>();
        services.AddSingleton<BookmarkTokens>();
        services.AddSignalR();
        services.AddSingleton<InstanceWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<InstanceWatch>());
        return services;
    }

    /// <summary>Adds the addresses.</summary>
    public static void MapStudio(this IEndpointRouteBuilder routes)
    {
        StudioFiles.Map(routes);
        // Links in Studio that forget the base address.
        foreach (var path in (string[])["definitions/{id}/edit", "instances/{id}/view"])
            routes.MapGet("/workflows/" + path, (HttpContext http) => Results.LocalRedirect("/designer" + http.Request.Path)).ExcludeFromDescription();
        routes.MapDefinitionsApi();
        routes.MapSaveDefinitionsApi();
        routes.MapConsumersApi();
        routes.MapBulkDefinitionsApi();
        routes.MapDefinitionFilesApi();
        routes.MapRunDefinitionsApi();
        routes.MapInstanceListApi();
        routes.MapInstancesOfStudioApi();
        routes.MapInstanceFilesApi();
        routes.MapActivityExecutionsApi();
        routes.MapDescriptorsApi();
        routes.MapScriptTypesApi();
        routes.MapEventsApi();
        routes.MapAlterationsApi();
        routes.MapAlterationPlansApi();
        routes.MapTasksOfStudioApi();
        routes.MapBookmarksApi();
        routes.MapTestActivityApi();
        routes.MapHub<InstanceHub>("/elsa/hubs/workflow-instance").RequireAuthorization();
    }
}

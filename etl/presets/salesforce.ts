/** Ready mapping of Salesforce exports: API names (Data Loader, Bulk) and their snake_case copies alike. */
const column = (name: string, more: object = {}) => ({ column: name, optional: true, ...more });
const same = (names: Record<string, string>) =>
  Object.fromEntries(Object.entries(names).map(([crm, api]) => [crm, column(api)]));
const input = (file: string, extract: 'full' | 'delta') => ({
  file: `${file}{,_*}.{csv,csv.gz}`,
  extract,
  optional: true,
});

/** What an activity is about and with whom: ids of several objects, told apart by their first characters. */
const pointers = {
  opportunity: column('WhatId', { startsWith: '006' }),
  contact: column('WhoId', { startsWith: '003' }),
};

export const salesforce = {
  inputs: {
    Account: input('Account', 'full'),
    Contact: input('Contact', 'full'),
    User: input('User', 'full'),
    UserRole: input('UserRole', 'full'),
    OpportunityStage: input('OpportunityStage', 'full'),
    Opportunity: input('Opportunity', 'full'),
    OpportunityHistory: input('OpportunityHistory', 'delta'),
    OpportunityFieldHistory: input('OpportunityFieldHistory', 'delta'),
    OpportunityContactRole: input('OpportunityContactRole', 'full'),
    OpportunityLineItem: input('OpportunityLineItem', 'full'),
    Product2: input('Product2', 'full'),
    Lead: input('Lead', 'full'),
    Task: input('Task', 'delta'),
    Event: input('Event', 'delta'),
    ForecastingQuota: input('ForecastingQuota', 'delta'),
    DatedConversionRate: input('DatedConversionRate', 'delta'),
    PlanRate: input('PlanRate', 'delta'),
  },
  objects: {
    role: { input: 'UserRole', columns: same({ id: 'Id', name: 'Name', parent: 'ParentRoleId' }) },
    user: {
      input: 'User',
      columns: same({
        id: 'Id',
        name: 'Name',
        email: 'Email',
        role: 'UserRoleId',
        manager: 'ManagerId',
        active: 'IsActive',
      }),
    },
    stage: {
      input: 'OpportunityStage',
      columns: {
        ...same({
          label: 'MasterLabel',
          pipeline: 'Pipeline__c',
          order: 'SortOrder',
          isClosed: 'IsClosed',
          isWon: 'IsWon',
          category: 'ForecastCategoryName',
          active: 'IsActive',
        }),
        probability: column('DefaultProbability', { scale: 100 }),
      },
    },
    product: {
      input: 'Product2',
      columns: same({
        id: 'Id',
        name: 'Name',
        code: 'ProductCode',
        family: 'Family',
        active: 'IsActive',
      }),
    },
    account: {
      input: 'Account',
      columns: same({
        id: 'Id',
        name: 'Name',
        parent: 'ParentId',
        type: 'Type',
        industry: 'Industry',
        country: 'BillingCountry',
        owner: 'OwnerId',
        createdAt: 'CreatedDate',
        deleted: 'IsDeleted',
        mergedInto: 'MasterRecordId',
      }),
    },
    contact: {
      input: 'Contact',
      columns: same({
        id: 'Id',
        name: 'Name',
        account: 'AccountId',
        title: 'Title',
        email: 'Email',
        phone: 'Phone',
        createdAt: 'CreatedDate',
        deleted: 'IsDeleted',
      }),
    },
    opportunity: {
      input: 'Opportunity',
      // Not tracked by Salesforce and as good as constant: declared to hold since creation.
      carryBack: ['name', 'pipeline', 'currency'],
      columns: {
        ...same({
          id: 'Id',
          name: 'Name',
          account: 'AccountId',
          salesman: 'OwnerId',
          stage: 'StageName',
          amount: 'Amount',
          currency: 'CurrencyIsoCode',
          closeDate: 'CloseDate',
          createdAt: 'CreatedDate',
          pipeline: 'RecordType.Name',
          category: 'ForecastCategoryName',
          nextStep: 'NextStep',
          leadSource: 'LeadSource',
          type: 'Type',
          isClosed: 'IsClosed',
          isWon: 'IsWon',
          deleted: 'IsDeleted',
          lossReason: 'Loss_Reason__c',
          lastActivityOn: 'LastActivityDate',
          modifiedAt: 'SystemModstamp',
        }),
        probability: column('Probability', { scale: 100 }),
      },
    },
    opportunity_stage_history: {
      input: 'OpportunityHistory',
      columns: {
        ...same({
          id: 'Id',
          opportunity: 'OpportunityId',
          at: 'CreatedDate',
          stage: 'StageName',
          amount: 'Amount',
          closeDate: 'CloseDate',
          category: 'ForecastCategory',
          deleted: 'IsDeleted',
        }),
        probability: column('Probability', { scale: 100 }),
      },
    },
    opportunity_field_history: {
      input: 'OpportunityFieldHistory',
      fields: {
        Owner: 'salesman',
        Account: 'account',
        NextStep: 'nextStep',
        LeadSource: 'leadSource',
        Type: 'type',
        ForecastCategoryName: 'category',
        StageName: 'stage',
        Amount: 'amount',
        CloseDate: 'closeDate',
      },
      columns: same({
        id: 'Id',
        opportunity: 'OpportunityId',
        at: 'CreatedDate',
        field: 'Field',
        oldValue: 'OldValue',
        newValue: 'NewValue',
        by: 'CreatedById',
      }),
    },
    contact_role: {
      input: 'OpportunityContactRole',
      columns: same({
        id: 'Id',
        opportunity: 'OpportunityId',
        contact: 'ContactId',
        role: 'Role',
        primary: 'IsPrimary',
        createdAt: 'CreatedDate',
        deleted: 'IsDeleted',
      }),
    },
    line: {
      input: 'OpportunityLineItem',
      columns: same({
        id: 'Id',
        opportunity: 'OpportunityId',
        product: 'Product2Id',
        amount: 'TotalPrice',
        quantity: 'Quantity',
        createdAt: 'CreatedDate',
        deleted: 'IsDeleted',
      }),
    },
    activity: [
      {
        input: 'Task',
        columns: {
          kind: { value: 'task' },
          ...pointers,
          ...same({
            id: 'Id',
            account: 'AccountId',
            salesman: 'OwnerId',
            subject: 'Subject',
            type: 'TaskSubtype',
            status: 'Status',
            createdAt: 'CreatedDate',
            dueOn: 'ActivityDate',
            completedAt: 'CompletedDateTime',
            closed: 'IsClosed',
            deleted: 'IsDeleted',
          }),
        },
      },
      {
        input: 'Event',
        columns: {
          kind: { value: 'event' },
          ...pointers,
          ...same({
            id: 'Id',
            account: 'AccountId',
            salesman: 'OwnerId',
            subject: 'Subject',
            type: 'EventSubtype',
            createdAt: 'CreatedDate',
            dueOn: 'ActivityDate',
            startsAt: 'StartDateTime',
            endsAt: 'EndDateTime',
            child: 'IsChild',
            deleted: 'IsDeleted',
          }),
        },
      },
    ],
    quota: {
      input: 'ForecastingQuota',
      columns: same({
        id: 'Id',
        salesman: 'QuotaOwnerId',
        start: 'StartDate',
        amount: 'QuotaAmount',
        currency: 'CurrencyIsoCode',
        createdAt: 'CreatedDate',
      }),
    },
    rate: [
      {
        input: 'DatedConversionRate',
        columns: {
          kind: { value: 'dated' },
          ...same({ currency: 'IsoCode', rate: 'ConversionRate', startsOn: 'StartDate' }),
        },
      },
      {
        input: 'PlanRate',
        columns: {
          kind: { value: 'plan' },
          ...same({ currency: 'IsoCode', rate: 'ConversionRate', startsOn: 'StartDate' }),
        },
      },
    ],
    lead: {
      input: 'Lead',
      columns: same({
        id: 'Id',
        name: 'Name',
        company: 'Company',
        status: 'Status',
        source: 'LeadSource',
        industry: 'Industry',
        createdAt: 'CreatedDate',
        convertedAt: 'ConvertedDate',
        converted: 'IsConverted',
        account: 'ConvertedAccountId',
        contact: 'ConvertedContactId',
        opportunity: 'ConvertedOpportunityId',
        salesman: 'OwnerId',
      }),
    },
  },
};
